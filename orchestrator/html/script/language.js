/* SPDX-License-Identifier: MIT */
/* English or 中文: the words of the page and of its runs (translate.js), and a scenario's texts where
   it has a translation. */
'use strict';
(() => {
  const root = document.documentElement;
  const skipped = 'pre, code, .output, script, style, [lang="zh"], .notes-in-chinese';
  const { inChinese } = lab;
  const originals = new Map();  /* text node → what it says in English */
  const replaced = new Map();   /* element → its English children */

  for (const note of document.querySelectorAll('.notes-in-chinese dt'))
    lab.chinese.words[plain(note.textContent)] = note.nextElementSibling.textContent;

  function plain(text) { return text.trim().replace(/\s+/g, ' '); }

  /* --- one text --- */

  const visitText = (node) => {
    const parent = node?.parentElement;
    if (!parent || replaced.has(parent)) return;
    const text = originals.get(node) ?? node.data;
    const said = parent.localName === 'title' ? text.split('\n').map((each) => inChinese(each) ?? each).join('\n') : inChinese(plain(text));
    if (!said || said === text) return;
    originals.set(node, text);
    node.data = parent.localName === 'title' ? said : text.replace(/\S[\s\S]*\S|\S/, () => said);
  };

  /* --- a text with links to functions in it --- */

  const isLink = (node) => node.nodeName === 'A' && node.href.includes('/A/ident/') && !node.firstElementChild;
  const withLinks = (text, links) => {
    const names = links.map((link) => link.textContent);
    const parts = [];
    let rest = text;
    for (;;) {
      const [at, name] = names.map((each) => [rest.indexOf(each), each]).filter(([place]) => place >= 0)
        .sort(([one, a], [other, b]) => one - other || b.length - a.length)[0] ?? [];
      if (at === undefined) return [...parts, rest];
      parts.push(rest.slice(0, at), links[names.indexOf(name)].cloneNode(true));
      rest = rest.slice(at + name.length);
    }
  };
  const replacePhrases = (element) => {
    const nodes = [], phrase = [];
    let changed = false;
    const end = () => {
      const text = phrase.map((each) => each.textContent).join('');
      const links = phrase.filter(isLink);
      const said = links.length && phrase.length > links.length ? inChinese(plain(text)) : null;
      if (said) {
        const [before, after] = [/^\s*/.exec(text)[0], /\s*$/.exec(text)[0]];
        nodes.push(...withLinks(before + said + after, links));
        changed = true;
      } else {
        nodes.push(...phrase);
      }
      phrase.length = 0;
    };
    for (const node of element.childNodes) {
      if (node.nodeType === Node.TEXT_NODE || isLink(node)) {
        phrase.push(node);
      } else {
        end();
        nodes.push(node);
      }
    }
    end();
    if (!changed) return;
    replaced.set(element, [...element.childNodes]);
    element.replaceChildren(...nodes);
  };

  /* --- a text in a drawing, on one line or several --- */

  const isWide = (letter) => letter >= '\u2e80';
  const widthOf = (text) => [...text].reduce((sum, letter) => sum + (isWide(letter) ? 12 : 7.23), 0);
  const linesOf = (first) => {
    const lines = [first];
    for (let next = first.nextElementSibling; next; next = next.nextElementSibling) {
      if (next.localName === 'rect') continue;
      if (next.localName !== 'text' || !('goesOn' in next.dataset)) break;
      lines.push(next);
    }
    return lines;
  };
  const spansOf = (lines) => {
    const spans = [];
    for (const line of lines) {
      [...line.querySelectorAll('tspan')].forEach((node, index) => {
        const last = spans.at(-1);
        const goesOn = index === 0 && line !== lines[0] && last && last.node.className.baseVal === node.className.baseVal;
        if (goesOn && node.parentNode === line) last.text += `${/\s$/.test(last.text) ? '' : ' '}${node.textContent}`;
        else spans.push({ node, text: node.textContent });
      });
    }
    return spans;
  };
  const translateDrawn = (first) => {
    const lines = linesOf(first), spans = spansOf(lines);
    if (!spans.length) return visitText(first.firstChild);
    const said = spans.map(({ text }) => inChinese(text.replace(/\s/g, ' ')));
    if (said.every((each) => !each)) return undefined;
    const room = Math.max(...lines.map((line) => widthOf(line.textContent))) + 1;
    const children = lines.map(() => []);
    let line = 0, used = 0;
    spans.forEach(({ node, text }, index) => {
      let part = '';
      const put = () => {
        if (!part) return;
        const copy = (node.parentNode.localName === 'a' ? node.parentNode : node).cloneNode(true);
        (copy.querySelector?.('tspan') ?? copy).textContent = part;
        children[line].push(copy);
        part = '';
      };
      for (const piece of (said[index] ?? text).match(/[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+/g) ?? []) {
        if (line + 1 < lines.length && used + widthOf(piece.trimEnd()) > room && used > 0) {
          put();
          line += 1;
          used = 0;
        }
        part += piece;
        used += widthOf(piece);
      }
      put();
    });
    lines.forEach((each, index) => {
      replaced.set(each, [...each.childNodes]);
      each.replaceChildren(...children[index]);
    });
    return undefined;
  };

  /* --- a part of the page --- */

  const folded = (element) => element.matches('details.scenario:not([open]) > .tabs');
  const within = (element, what) => {
    const walker = document.createTreeWalker(element, what, (node) =>
      node.nodeType !== Node.ELEMENT_NODE ? NodeFilter.FILTER_ACCEPT
        : folded(node) || node.matches(skipped) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
    const all = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) all.push(node);
    return all;
  };
  const visit = (element) => {
    if (element.closest(skipped)) return;
    const elements = [element, ...within(element, NodeFilter.SHOW_ELEMENT)];
    for (const each of elements) {
      if (replaced.has(each)) continue;
      if (each.localName === 'text' && !('goesOn' in each.dataset)) translateDrawn(each);
      else if (!each.closest('svg') && [...each.childNodes].some(isLink)) replacePhrases(each);
    }
    for (const node of within(element, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT))
      if (node.nodeType === Node.TEXT_NODE && !node.parentElement.closest('svg text')) visitText(node);
    for (const each of elements) {
      for (const name of ['aria-label', 'placeholder', 'title']) {
        const text = each.getAttribute(name), said = text && inChinese(text);
        if (!said) continue;
        each.setAttribute(`data-english-${name}`, text);
        each.setAttribute(name, said);
      }
    }
  };
  const restore = () => {
    for (const [element, children] of [...replaced].reverse()) element.replaceChildren(...children);
    replaced.clear();
    for (const [node, text] of originals) node.data = text;
    originals.clear();
    for (const name of ['aria-label', 'placeholder', 'title']) {
      for (const each of document.querySelectorAll(`[data-english-${name}]`)) {
        each.setAttribute(name, each.getAttribute(`data-english-${name}`));
        each.removeAttribute(`data-english-${name}`);
      }
    }
  };

  const chinese = () => root.dataset.language === 'zh';
  const speak = (language) => {
    root.lang = language === 'zh' ? 'zh-CN' : 'en';
    root.dataset.language = language;
    restore();
    if (chinese()) visit(document.body);
    toggle.textContent = chinese() ? 'English' : '中文';
    toggle.lang = chinese() ? 'en' : 'zh-CN';
    lab.redraw();
  };
  const toggle = lab.tool('中文', () => speak(chinese() ? 'en' : 'zh'));
  lab.translateBy((element) => { if (chinese()) visit(element); });
  /* Of an atlas, only what is open. */
  document.addEventListener('toggle', (event) => {
    if (chinese() && event.target.matches('.scenario')) visit(event.target);
  }, true);
  speak(navigator.language.startsWith('zh') ? 'zh' : 'en');
})();
