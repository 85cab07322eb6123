// Write the same feeds as plain_feedgen.py with the package feedsmith, into FOLDER/feedsmith.
// Run as `node benchmarks/feedsmith_feeds.mjs FOLDER`; `make interop` installs the package.

import { createReadStream, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(new URL("../suites/interop/", import.meta.url));
const { generateAtomFeed, generateRssFeed } = require("feedsmith");

const SITE = "https://news.example.com/";
const TAG = "tag:news.example.com,2020:";
const [folder] = process.argv.slice(2);

// A time without a zone is the site's; a date alone is its first minute.
function readTime(written) {
  const text = written.replace("Updated : ", "");
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return new Date(`${text}T00:00:00+08:00`);
  if (/^\d{4}-\d\d-\d\d \d\d:\d\d$/.test(text)) return new Date(`${text.replace(" ", "T")}:00+08:00`);
  return new Date(text);
}

function makeItem(article) {
  const link = `${SITE}articles/${article.id}.html`;
  const { src: url, length, type } = article.image;
  const names = [article.section, article.keywords].flat();
  const rss = {
    title: article.headline, link, guid: { value: TAG + article.id, isPermaLink: false },
    pubDate: article.published, description: article.description,
    dc: { creators: [article.author] }, content: { encoded: article.content_html },
    categories: names.map((name) => ({ name })), enclosures: [{ url, length, type }],
    media: { contents: [{ url, fileSize: length, type, medium: "image" }] },
  };
  const atom = {
    id: TAG + article.id, title: { value: article.headline }, updated: article.updated,
    published: article.published, authors: [{ name: article.author }],
    summary: { value: article.description }, content: { value: article.content_html, type: "html" },
    links: [{ href: link }, { href: url, rel: "enclosure", length, type }],
    categories: names.map((term) => ({ term })), media: rss.media,
  };
  return { rss, atom };
}

const sections = new Map([["all", []]]);
for await (const line of createInterface({ input: createReadStream(`${folder}/articles.jsonl`) })) {
  const article = JSON.parse(line);
  article.updated = readTime(article.dateModified);
  article.published = readTime(article.datePublished ?? article.dateModified);
  for (const name of ["all", article.section].flat()) {
    if (!sections.has(name)) sections.set(name, []);
    sections.get(name).push(article);
  }
}
mkdirSync(`${folder}/feedsmith`, { recursive: true });
for (const [name, members] of sections) {
  members.sort((a, b) => b.published - a.published);
  const items = members.slice(0, name === "all" ? 100 : 50).map(makeItem);
  const slug = name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const title = `Example Voice: ${name}`;
  const updated = items[0].atom.updated;
  const rss = { title, link: SITE, description: title, items: items.map((item) => item.rss) };
  const atom = { id: `${TAG}feed/${slug}`, title: { value: title }, updated, entries: items.map((item) => item.atom) };
  writeFileSync(`${folder}/feedsmith/${slug}.rss`, generateRssFeed(rss));
  writeFileSync(`${folder}/feedsmith/${slug}.atom`, generateAtomFeed(atom));
}
