/* SPDX-License-Identifier: MIT */
/* lab.inChinese: a text in Chinese by the lists in chinese.js and chinese_runs.js, or null. */
'use strict';
lab.inChinese = (() => {
  const { words, patterns } = lab.chinese;
  const known = new Map();
  const say = (text) => inChinese(text) ?? text;
  const filled = (template, found) => template.replace(/\$(\d)|\{(\d)([;,]?)\}/g, (all, as_is, said, list) => {
    if (as_is) return found[as_is] ?? '';
    const part = found[said] ?? '';
    return list ? part.split(`${list} `).map(say).join(list === ';' ? '；' : '、') : say(part);
  });
  const byPattern = (text) => {
    for (const [pattern, how] of patterns) {
      const found = pattern.exec(text);
      const said = found && (typeof how === 'function' ? how(found, say) : filled(how, found));
      if (said && said !== text) return said;
    }
    return null;
  };
  /* With the signs around it: " · 6 checks passed", ", held", "○ not observed". */
  const unframed = (text) => {
    const frames = [/^(\s*)(.*?)(\s*)$/, /^([\s·…○✓✗—,;:]*)(.*?)([\s·…:;]*)$/, /^(\s*\()(.*)(\))$/];
    const [, before, inner, after] = frames.map((each) => each.exec(text)).find((found) => found && found[2] !== text) ?? [];
    const said = inner && inChinese(inner);
    return said && before.replace(/^, /, '，').replace(/^; /, '；') + said + after;
  };
  /* A space between Chinese and Latin letters, and none within Chinese. */
  const spaced = (text) => text && text.replace(/([\u4e00-\u9fff])(?=[\w"$.])/g, '$1 ')
    .replace(/([\w"])(?=[\u4e00-\u9fff])/g, '$1 ').replace(/([\u4e00-\u9fff]) (?=[\u4e00-\u9fff])/g, '$1');
  function inChinese(text) {
    if (!/[a-z]{2}/.test(text)) return null;
    if (!known.has(text)) known.set(text, spaced(words[text] ?? byPattern(text) ?? unframed(text)));
    return known.get(text);
  }
  return inChinese;
})();
