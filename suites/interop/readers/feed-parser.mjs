// @rowanmanning/feed-parser: a strict parser of RSS and Atom.
import { parseFeed } from '@rowanmanning/feed-parser';

const answer = await fetch(process.argv[2]);
const feed = parseFeed(await answer.text());
const shown = feed.items.map((item) => ({
  id: item.id,
  title: item.title,
  link: item.url,
  instant: (item.published ?? item.updated).getTime() / 1000,
  enclosure_url: item.media[0]?.url,
  enclosure_type: item.media[0]?.mimeType,
  enclosure_length: item.media[0]?.length,
}));
console.log(JSON.stringify(shown));
