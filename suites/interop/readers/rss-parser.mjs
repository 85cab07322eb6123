// rss-parser: the most used parser of RSS on npm.
import Parser from 'rss-parser';

const feed = await new Parser().parseURL(process.argv[2]);
const shown = feed.items.map((item) => ({
  id: item.guid ?? item.id,
  title: item.title,
  link: item.link,
  instant: Date.parse(item.isoDate) / 1000,
  enclosure_url: item.enclosure?.url,
  enclosure_type: item.enclosure?.type,
  enclosure_length: item.enclosure && Number(item.enclosure.length),
}));
console.log(JSON.stringify(shown));
