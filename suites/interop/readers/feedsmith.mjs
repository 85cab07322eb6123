// feedsmith: each format as it stands, JSON Feed too.
import { parseFeed } from 'feedsmith';

const seconds = (text) => Date.parse(text) / 1000;

const readers = {
  rss: (feed) =>
    feed.items.map((item) => ({
      id: item.guid?.value,
      title: item.title,
      link: item.link,
      instant: seconds(item.pubDate),
      enclosure_url: item.enclosures?.[0]?.url,
      enclosure_type: item.enclosures?.[0]?.type,
      enclosure_length: item.enclosures?.[0]?.length,
    })),
  atom: (feed) =>
    feed.entries.map((entry) => {
      const enclosure = entry.links.find((link) => link.rel === 'enclosure');
      return {
        id: entry.id,
        title: entry.title?.value,
        link: entry.links.find((link) => link.rel === 'alternate')?.href,
        instant: seconds(entry.published ?? entry.updated),
        enclosure_url: enclosure?.href,
        enclosure_type: enclosure?.type,
        enclosure_length: enclosure?.length,
      };
    }),
  json: (feed) =>
    feed.items.map((item) => ({
      id: item.id,
      title: item.title,
      link: item.url,
      instant: seconds(item.date_published ?? item.date_modified),
      enclosure_url: item.attachments?.[0]?.url,
      enclosure_type: item.attachments?.[0]?.mime_type,
      enclosure_length: item.attachments?.[0]?.size_in_bytes,
    })),
};

const answer = await fetch(process.argv[2]);
const { format, feed } = parseFeed(await answer.text());
console.log(JSON.stringify(readers[format](feed)));
