// Zooms and moves the drawings of dependencies: by buttons, wheel, pointer and keyboard. The server draws; the browser only looks elsewhere.
(() => {
  'use strict';
  const steps = { in: 1 / 1.35, out: 1.35 };
  const moves = { ArrowLeft: [-0.12, 0], ArrowRight: [0.12, 0], ArrowUp: [0, -0.12], ArrowDown: [0, 0.12] };
  const keys = { '+': 'in', '=': 'in', '-': 'out', '0': 'fit' };
  const nearest = 160;
  let drag = null;

  const sheetOf = element => element instanceof Element ? element.closest('.graph-sheet') : null;
  const boxOf = (sheet, name) => sheet.getAttribute(name).split(' ').map(Number);
  const look = (sheet, box) => sheet.setAttribute('viewBox', box.map(each => Math.round(each * 10) / 10).join(' '));

  const pointIn = (sheet, event) => {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(sheet.getScreenCTM().inverse());
    return [point.x, point.y];
  };

  const zoom = (sheet, factor, at) => {
    const [x, y, width, height] = boxOf(sheet, 'viewBox');
    const most = boxOf(sheet, 'data-fit')[2] * 2;
    const by = Math.min(most, Math.max(nearest, width * factor)) / width;
    const [cx, cy] = at ?? [x + width / 2, y + height / 2];
    look(sheet, [cx - (cx - x) * by, cy - (cy - y) * by, width * by, height * by]);
  };

  const act = (sheet, name) => {
    if (name === 'fit') {
      sheet.setAttribute('viewBox', sheet.dataset.fit);
    } else {
      zoom(sheet, steps[name]);
    }
  };

  document.addEventListener('click', event => {
    const button = event.target instanceof Element ? event.target.closest('[data-graph-act]') : null;
    if (button) {
      act(button.closest('[data-graph]').querySelector('.graph-sheet'), button.dataset.graphAct);
    }
  });

  document.addEventListener('wheel', event => {
    const sheet = sheetOf(event.target);
    if (sheet) {
      event.preventDefault();
      zoom(sheet, event.deltaY > 0 ? 1.15 : 1 / 1.15, pointIn(sheet, event));
    }
  }, { passive: false });

  document.addEventListener('keydown', event => {
    if (!(event.target instanceof SVGSVGElement) || !event.target.classList.contains('graph-sheet') || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (keys[event.key]) {
      act(event.target, keys[event.key]);
    } else if (moves[event.key]) {
      const [x, y, width, height] = boxOf(event.target, 'viewBox');
      look(event.target, [x + moves[event.key][0] * width, y + moves[event.key][1] * height, width, height]);
    } else {
      return;
    }
    event.preventDefault();
  });

  document.addEventListener('pointerdown', event => {
    const sheet = sheetOf(event.target);
    if (sheet && event.button === 0 && event.pointerType !== 'touch') {
      drag = { sheet, from: pointIn(sheet, event), isMoved: false };
    }
  });
  document.addEventListener('pointermove', event => {
    if (drag) {
      const [x, y, width, height] = boxOf(drag.sheet, 'viewBox');
      const [px, py] = pointIn(drag.sheet, event);
      drag.isMoved ||= Math.abs(px - drag.from[0]) + Math.abs(py - drag.from[1]) > width / 200;
      if (drag.isMoved) {
        look(drag.sheet, [x + drag.from[0] - px, y + drag.from[1] - py, width, height]);
      }
    }
  });
  for (const type of ['pointerup', 'pointercancel']) {
    document.addEventListener(type, () => {
      const moved = drag?.isMoved ? drag : null;
      drag = null;
      if (moved) {
        // The click that ends a move is no choice.
        const swallow = event => {
          event.preventDefault();
          event.stopPropagation();
        };
        addEventListener('click', swallow, { capture: true, once: true });
        setTimeout(() => removeEventListener('click', swallow, true), 0);
      }
    });
  }
  document.addEventListener('dragstart', event => {
    if (sheetOf(event.target)) {
      event.preventDefault();
    }
  });
})();
