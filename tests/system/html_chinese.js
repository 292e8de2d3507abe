/* SPDX-License-Identifier: MIT */
/* What of a page stays English after the switch to Chinese. Small Latin words may be only names: of
   hosts and sockets, which the page is given with, of calls and witnesses, and the words of the
   tables' columns, which are so in the files under /proc, too. */
'use strict';

const LATIN = new Set(`ehash bhash listeners bound module packets trace socket program any loopback inode
  connect bind listen accept close shutdown send receive ping poll sysctl run exec
  seq ack len length win mss wscale ts backlog schema cookie rawseq rawack sack nots fastopen abcdef timestamps ecn syn data on off tsval
  dev ms bucket icmp mtu type code about sport dport lo eth up down`.split(/\s+/));

/* Texts that are not the lab's: code, what programs print, a scenario's file, a kernel's source. */
const GIVEN = 'pre, code, .output, script, style, [lang="zh"], button[lang], .notes-in-chinese, header.top h1, ' +
  '.sockets .place, .sockets .ends, .ends, .hash a, .functions .faint';

function englishIn(text, names) {
  const words = text
    .replace(/"[^"]*"/g, ' ')                             /* data */
    .replace(/[\w.@$]+:[\w.$]+/g, ' ')                     /* places */
    .match(/[A-Za-z_][\w./-]*/g) ?? [];
  return words.map((each) => each.replace(/[.\/-]+$/, ''))
    .filter((each) => /^[A-Z]?[a-z]{2,}$/.test(each) && !LATIN.has(each) && !names.has(each));
}

/* Each text with the element that it stands in; a drawing's on several lines as one. */
function textsOf(document) {
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest(GIVEN)) continue;
    if (element.localName !== 'title' && !element.checkVisibility()) continue;
    texts.push([node.data.trim(), element]);
  }
  return texts;
}

async function lookInChinese(name, names) {
  const element = await frame(name, { width: 1400, scheme: 'light', script: true });
  const window = element.contentWindow;
  const known = new Set(names), told = new Set();
  const english = textsOf(window.document).map(([text]) => text).join('\n');
  tool(window, '中文').click();
  for (const run of window.document.querySelectorAll('.run')) {
    window.document.querySelector(`label[for="${run.id}-tab"]`).click();
    [...run.querySelectorAll('.choices .skip')].forEach((each) => each.click());
    await openAll(window.document);
    for (const [text, where] of textsOf(window.document)) {
      const left = englishIn(text, known);
      if (left.length && !told.has(text)) problems.push(`${name}: English (${left.join(' ')}): ${text} [${where.closest('[class]')?.getAttribute('class')}]`);
      told.add(text);
    }
  }
  if (told.size < 20) problems.push(`${name}: only ${told.size} texts were looked at`);
  tool(window, 'English').click();
  await openAll(window.document);
  const again = textsOf(window.document).map(([text]) => text).join('\n');
  if (/[\u4e00-\u9fff]/.test(again.replace('中文', ''))) problems.push(`${name}: not all is English again: ${/.*[\u4e00-\u9fff].*/.exec(again)[0]}`);
  if (!english) problems.push(`${name}: no text`);
  element.remove();
}
