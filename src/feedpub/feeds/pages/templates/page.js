(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("scripted");
  // Only a secure page may write to the clipboard; elsewhere addresses are selected by hand.
  if (navigator.clipboard) root.classList.add("copies");

  const copy = async (button) => {
    const said = document.getElementById("said");
    const words = button.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      const address = button.parentElement.querySelector("code");
      if (address) getSelection().selectAllChildren(address);
      return;
    }
    if (words === button.dataset.copied) return;
    button.textContent = said.textContent = button.dataset.copied;
    button.classList.add("copied");
    setTimeout(() => {
      button.textContent = words;
      said.textContent = "";
      button.classList.remove("copied");
    }, 2000);
  };

  const filter = (input) => {
    const wanted = input.value.trim().toLowerCase().split(/\s+/);
    const fronts = [...document.querySelectorAll(".front")];
    let found = 0;
    for (const front of fronts) {
      const headlines = [...front.querySelectorAll("h3, h4")];
      const text = headlines.map((line) => line.textContent).join("\n").toLowerCase();
      front.hidden = !wanted.every((word) => text.includes(word));
      found += !front.hidden;
    }
    const said = document.getElementById("found");
    const { digits, matches, none } = said.dataset;
    const write = (number) => String(number).replace(/\d/g, (digit) => digits[digit]);
    const count = () => matches.replace("{}", write(found)).replace("{}", write(fronts.length));
    said.textContent = input.value.trim() ? (found ? count() : none) : "";
  };

  // Articles used to stand on the page of their section: what links to them there leads on.
  const seek = async () => {
    const gone = document.getElementById("gone");
    const anchor = location.hash.slice(1);
    if (!gone) return;
    gone.textContent = "";
    if (!/^[0-9a-f]{12}$/.test(anchor)) return;
    const page = `articles/${anchor}.html`;
    try {
      const answer = await fetch(page, { method: "HEAD" });
      if (!answer.ok) {
        gone.textContent = gone.dataset.text;
        return;
      }
    } catch {
      // A page that is opened from a disk can't ask.
    }
    location.replace(page);
  };

  // Chinese and Japanese have no spaces: headlines break between words, and not inside one. In
  // Japanese, signs of hiragana end the word before them.
  const keepWords = () => {
    if (!Intl.Segmenter) return;
    for (const line of document.querySelectorAll(":is(h1, h2, h3, h4):is(:lang(zh), :lang(ja))")) {
      const { lang } = line.closest("[lang]");
      const segmenter = new Intl.Segmenter(lang, { granularity: "word" });
      const texts = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
      const found = [];
      while (texts.nextNode()) found.push(texts.currentNode);
      for (const text of found) {
        const parts = [];
        let opens = true;
        let single = false; // two words of one sign may be one that the browser does not know
        for (const { segment, isWordLike } of segmenter.segment(text.data)) {
          const ends = /^\p{Script=Hiragana}/u.test(segment);
          const joins = opens || ends || (single && segment.length === 1);
          if (isWordLike && !joins) parts.push(document.createElement("wbr"));
          single = isWordLike && segment.length === 1;
          parts.push(segment);
          opens = /[\p{Ps}\p{Pi}]$/u.test(segment);
        }
        text.replaceWith(...parts);
      }
      line.classList.add("worded");
    }
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
  });
  document.addEventListener("input", (event) => {
    if (event.target.id === "filter") filter(event.target);
  });
  addEventListener("hashchange", seek);
  addEventListener("DOMContentLoaded", () => {
    seek();
    keepWords();
    // A page that someone returns to keeps the text of its filter.
    const input = document.getElementById("filter");
    if (input && input.value) filter(input);
  });
})();
