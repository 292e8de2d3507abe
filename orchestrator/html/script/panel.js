/* SPDX-License-Identifier: MIT */
/* Draws one moment beside the ladder: the receiver's tables as strips of buckets, and in them the
   lookup of the segment. All of it stands in the section "moment by moment"; this only puts it
   together. */
'use strict';
lab.panel = (() => {
  const { make } = lab;

  const says = (strip, search) => {
    const line = make('p', `ask ${search.className}`);
    for (const node of search.childNodes) line.append(node.cloneNode(true));
    /* The heading says the table's name. */
    const name = line.querySelector('b');
    name.textContent = name.textContent.replace(/^lhash2-/, '');
    if (name.textContent === search.dataset.table) name.remove();
    strip.querySelector('.name').after(line);
    return line;
  };

  /* The bucket that is searched; one that is empty is not in the strip yet. */
  const bucketOf = (strip, number) => {
    const found = strip.querySelector(`li[data-bucket="${number}"]`);
    if (found) return found;
    let list = strip.querySelector('.strip');
    if (!list) {
      strip.querySelector('.empty')?.remove();
      list = make('ul', 'strip');
      strip.append(list);
    }
    const bucket = make('li', 'vacant');
    bucket.dataset.bucket = number;
    bucket.append(make('span', 'number', number), make('span', 'faint', 'empty'));
    const after = [...list.children].find((each) => Number(each.dataset.bucket ?? Infinity) > Number(number));
    list.insertBefore(bucket, after ?? null);
    return bucket;
  };

  const drawWay = (strips, searches) => {
    /* Inserted before what is there, so the last search comes first. */
    for (const search of [...searches].reverse()) {
      const strip = strips.querySelector(`.strip-of[data-table="${search.dataset.table}"]`);
      if (!strip) continue;
      says(strip, search);
      strip.classList.add(...search.classList);
      if (search.classList.contains('skipped')) continue;
      if (search.dataset.bucket) {
        const bucket = bucketOf(strip, search.dataset.bucket);
        bucket.classList.add(search.classList.contains('never') ? 'holds' : 'asked');
      }
      if (search.dataset.cookie)
        strip.querySelector(`.socket[data-cookie="${search.dataset.cookie}"]`)?.classList.add('found');
    }
  };

  const stripsOf = (item) => [...item.querySelectorAll(':scope > .tables-of')].map((link) => {
    const strips = document.getElementById(link.hash.slice(1)).cloneNode(true);
    strips.removeAttribute('id');
    return strips;
  });

  /* `body`: the panel's; `item`: the moment in the list. */
  return (body, item) => {
    const searches = item.querySelectorAll(':scope > .arrival-lookup > li');
    const strips = stripsOf(item);
    if (strips.length) drawWay(strips[0], searches);
    const notes = [...item.querySelectorAll(':scope > p:not(.what)')].map((each) => each.cloneNode(true));
    body.replaceChildren(...notes, ...strips);
    for (const socket of body.querySelectorAll('.socket[data-socket]')) {
      if (!socket.dataset.socket) continue;
      socket.tabIndex = 0;
      socket.setAttribute('role', 'button');
      socket.setAttribute('aria-pressed', 'false');
    }
    lab.translate(body);
  };
})();
