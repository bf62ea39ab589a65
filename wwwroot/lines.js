// Long lists of lines, and charts over time. The server holds the rows and draws; the browser says when an end is near and what was dragged over.
(() => {
  'use strict';
  const near = 600;
  let drag = null;

  // ---- lists: near an end, the button that takes more in is pressed ----------
  const act = (frame, name) => {
    const button = frame.querySelector(`[data-lines-act="${name}"]`);
    if (button && !button.disabled) {
      button.click();
    }
  };
  const look = list => {
    const frame = list.closest('[data-lines]');
    if (frame.hasAttribute('aria-busy')) {
      return;
    }
    const isAtTop = list.scrollTop < 8;
    if (isAtTop !== (list.dataset.atTop !== 'false')) {
      list.dataset.atTop = isAtTop;
      act(frame, isAtTop ? 'top' : 'away');
    }
    const newer = frame.querySelector('[data-lines-act="newer"]');
    if (list.scrollTop < near && newer && !newer.disabled) {
      // At the very top a browser does not keep what is seen in its place.
      list.scrollTop = Math.max(1, list.scrollTop);
      act(frame, 'newer');
    } else if (list.scrollHeight - list.scrollTop - list.clientHeight < near && list.scrollTop > 0) {
      act(frame, 'older');
    }
  };
  document.addEventListener('scroll', event => {
    if (event.target instanceof Element && event.target.hasAttribute('data-lines-scroll')) {
      look(event.target);
    }
  }, { capture: true, passive: true });
  new MutationObserver(changes => {
    for (const change of changes) {
      if (change.target.matches('.line-head[aria-expanded="true"]')) {
        // What a line says may begin below what is seen of the list.
        change.target.closest('.line').scrollIntoView({ block: 'nearest' });
      }
      if (change.type === 'attributes' && change.target.hasAttribute('data-lines') && !change.target.hasAttribute('aria-busy')) {
        const list = change.target.querySelector('[data-lines-scroll]');
        if (list && list.scrollTop > 0) {
          look(list);
        }
      }
    }
  }).observe(document.body, { subtree: true, attributes: true, attributeFilter: ['aria-busy', 'aria-expanded'] });

  document.addEventListener('keydown', event => {
    const line = event.target instanceof Element ? event.target.closest('.line') : null;
    const step = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling' }[event.key];
    if (line && step && event.target.classList.contains('line-head')) {
      event.preventDefault();
      line[step]?.querySelector('.line-head').focus();
    }
  });

  // ---- charts: a stretch that is dragged over is shown alone -----------------
  const slotAt = (chart, x) => [...chart.querySelectorAll('[data-from]')].find(slot => {
    const box = slot.querySelector('.chart-hover').getBoundingClientRect();
    return x >= box.left && x <= box.right;
  });
  document.addEventListener('pointerdown', event => {
    const chart = event.target instanceof Element && event.button === 0 ? event.target.closest('[data-drag-range]') : null;
    if (chart) {
      drag = { chart, from: event.clientX, to: event.clientX, mark: null };
    }
  });
  document.addEventListener('dragstart', event => {
    if (drag) {
      event.preventDefault();
    }
  });
  document.addEventListener('pointermove', event => {
    if (!drag || Math.abs(event.clientX - drag.from) < 6) {
      return;
    }
    drag.to = event.clientX;
    const box = drag.chart.getBoundingClientRect();
    const unit = drag.chart.viewBox.baseVal.width / box.width;
    if (!drag.mark) {
      drag.mark = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
      drag.mark.setAttribute('class', 'chart-drag');
      drag.mark.setAttribute('y', 0);
      drag.mark.setAttribute('height', drag.chart.viewBox.baseVal.height);
      drag.chart.append(drag.mark);
    }
    drag.mark.setAttribute('x', (Math.min(drag.from, drag.to) - box.left) * unit);
    drag.mark.setAttribute('width', Math.abs(drag.to - drag.from) * unit);
  });
  document.addEventListener('pointerup', () => {
    if (!drag) {
      return;
    }
    const { chart, mark, from, to } = drag;
    drag = null;
    mark?.remove();
    const first = mark ? slotAt(chart, Math.min(from, to)) : null;
    const last = mark ? slotAt(chart, Math.max(from, to)) : null;
    if (first && last) {
      // The click that follows would lead to one bar.
      addEventListener('click', event => event.preventDefault(), { capture: true, once: true });
      setTimeout(() => {
        const target = new URL(first.href.baseVal, location.href);
        target.searchParams.set('to', last.dataset.to);
        Blazor.navigateTo(target.href);
      });
    }
  });
})();
