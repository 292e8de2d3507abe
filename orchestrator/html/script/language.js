/* SPDX-License-Identifier: MIT */
/* English or 中文: the words of the interface, by the list in chinese.js, and a scenario's texts where
   it has a translation. What the run itself says stays as it is. */
'use strict';
(() => {
  const root = document.documentElement;
  const originals = new Map();  /* text node → what it says in English */
  const skipped = 'pre, code, svg, .source, .output, script, style, option, [lang="zh"]';

  const inChinese = (text) => {
    const known = lab.chinese.words[text];
    if (known) return known;
    for (const [pattern, words] of lab.chinese.patterns)
      if (pattern.test(text)) return text.replace(pattern, words);
    return null;
  };
  const visit = (element) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.parentElement?.closest(skipped)) continue;
      const text = originals.get(node) ?? node.data;
      const words = inChinese(text.trim().replace(/\s+/g, ' '));
      if (!words) continue;
      originals.set(node, text);
      node.data = text.replace(/\S[\s\S]*\S|\S/, words.replaceAll('$', '$$$$'));
    }
    for (const each of element.querySelectorAll?.('[aria-label], [placeholder]') ?? []) {
      for (const name of ['aria-label', 'placeholder']) {
        const text = each.getAttribute(name), words = text && lab.chinese.words[text];
        if (words && !each.closest('svg')) {
          each.dataset[name === 'placeholder' ? 'hintEn' : 'labelEn'] = text;
          each.setAttribute(name, words);
        }
      }
    }
  };
  const restore = () => {
    for (const [node, text] of originals) node.data = text;
    originals.clear();
    for (const each of document.querySelectorAll('[data-label-en]')) each.setAttribute('aria-label', each.dataset.labelEn);
    for (const each of document.querySelectorAll('[data-hint-en]')) each.setAttribute('placeholder', each.dataset.hintEn);
  };

  const speak = (language) => {
    root.lang = language === 'zh' ? 'zh-CN' : 'en';
    root.dataset.language = language;
    restore();
    if (language === 'zh') visit(document.body);
    toggle.textContent = language === 'zh' ? 'English' : '中文';
    toggle.lang = language === 'zh' ? 'en' : 'zh-CN';
  };
  const toggle = lab.tool('中文', () => speak(root.dataset.language === 'zh' ? 'en' : 'zh'));
  lab.translateBy((element) => { if (root.dataset.language === 'zh') visit(element); });
  speak(navigator.language.startsWith('zh') ? 'zh' : 'en');
})();
