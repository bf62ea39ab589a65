// Starts the circuit and does what only the browser can: shortcuts, drafts, local time, focus, downloads.
(() => {
  'use strict';
  const draftsKey = 'sanctum.drafts';
  const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
  const banner = document.getElementById('components-reconnect-modal');
  const edits = new Map();
  const openers = new Map();
  let isLeaving = false;

  // ---- the circuit -------------------------------------------------------
  Blazor.start({
    circuit: {
      reconnectionOptions: {
        maxRetries: Number.POSITIVE_INFINITY,
        retryIntervalMilliseconds: tries => Math.min(5000, 200 * 2 ** Math.min(tries, 5)),
      },
    },
  });

  let state = 'hide';
  const isDown = () => state !== 'hide';

  let downSince = 0;
  banner.addEventListener('components-reconnect-state-changed', event => {
    if (!isDown()) {
      forgetAnswered();
    }
    state = event.detail.state;
    if (state === 'rejected' || state === 'resume-failed') {
      keepDrafts();
      isLeaving = true;
      location.reload();
    } else if (isDown()) {
      downSince ||= Date.now();
    } else if (downSince) {
      // A cut is noticed late: what was typed shortly before it may not have arrived either.
      replay(downSince - 45000);
      downSince = 0;
    }
  });

  // ---- drafts ------------------------------------------------------------
  const isField = element => element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement;
  const isSecret = element => element.type === 'password' || element.hasAttribute('data-secret');
  const isToggle = element => element.type === 'checkbox' || element.type === 'radio';

  // The others are searches and confirmations: told again after a cut, and gone with the page.
  const isDraft = element => !element.hasAttribute('data-no-draft');

  const remember = event => {
    const element = event.target;
    if (event.isTrusted && isField(element) && element.type !== 'file') {
      edits.set(element, { at: Date.now(), path: location.pathname, value: element.value, checked: element.checked });
    }
  };
  for (const type of ['input', 'change']) {
    addEventListener(type, event => {
      remember(event);
      // There is no renderer to hear it now; it is told again after the reconnect.
      if (event.isTrusted && isDown()) {
        event.stopPropagation();
      }
    }, true);
  }

  // What the page has changed since, such as a message that was sent, is not what was typed any more.
  const forgetAnswered = () => {
    for (const [element, edit] of edits) {
      if (isToggle(element) ? element.checked !== edit.checked : element.value !== edit.value) {
        edits.delete(element);
      }
    }
  };

  const write = (element, edit) => {
    if (isToggle(element)) {
      element.checked = edit.checked;
    } else {
      element.value = edit.value;
    }
    element.dispatchEvent(new Event('input', { bubbles: true }));
    element.dispatchEvent(new Event('change', { bubbles: true }));
  };

  const replay = since => {
    for (const [element, edit] of edits) {
      if (!element.isConnected) {
        edits.delete(element);
      } else if (edit.at >= since && (isDraft(element) || (!isToggle(element) && element.value === edit.value))) {
        write(element, edit);
      }
    }
  };

  const keepDrafts = () => {
    const kept = [];
    for (const [element, edit] of edits) {
      if (element.name && element.isConnected && isDraft(element) && !isSecret(element) && edit.path === location.pathname) {
        const hadFocus = element === document.activeElement;
        kept.push({ name: element.name, value: edit.value, checked: edit.checked, radio: element.type === 'radio', hadFocus });
      }
    }
    if (kept.length > 0) {
      try {
        sessionStorage.setItem(draftsKey, JSON.stringify({ path: location.pathname, kept }));
      } catch {
        // Storage is full or closed: nothing can be kept.
      }
    }
  };

  let drafts = null;
  try {
    drafts = JSON.parse(sessionStorage.getItem(draftsKey) ?? 'null');
  } catch {
    sessionStorage.removeItem(draftsKey);
  }

  const restoreDrafts = () => {
    if (!drafts || drafts.path !== location.pathname) {
      return;
    }
    drafts.kept = drafts.kept.filter(draft => {
      const named = [...document.getElementsByName(draft.name)].filter(isField);
      const element = draft.radio ? named.find(each => each.value === draft.value) : named[0];
      if (!element || element.disabled) {
        return true;
      }
      if (isToggle(element) ? element.checked !== draft.checked : element.value !== draft.value) {
        edits.set(element, { at: Date.now(), path: location.pathname, value: draft.value, checked: draft.checked });
        write(element, draft);
      }
      if (draft.hadFocus) {
        element.focus();
      }
      return false;
    });
    if (drafts.kept.length === 0) {
      drafts = null;
      sessionStorage.removeItem(draftsKey);
    }
  };

  addEventListener('beforeunload', event => {
    if (!isLeaving && document.querySelector('[data-unsaved="true"]')) {
      event.preventDefault();
    }
  });

  // ---- time --------------------------------------------------------------
  const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
  const formats = {
    full: { dateStyle: 'medium', timeStyle: 'medium' },
    short: { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' },
    date: { dateStyle: 'medium' },
    time: { timeStyle: 'medium' },
    lines: { month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, hourCycle: 'h23' },
  };
  const units = [['year', 31536000], ['month', 2592000], ['day', 86400], ['hour', 3600], ['minute', 60]];
  const inWords = date => {
    const seconds = (date - Date.now()) / 1000;
    const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? [];
    return unit ? relative.format(Math.trunc(seconds / size), unit) : seconds > 5 ? 'in a moment' : 'just now';
  };
  const untilIn = date => {
    const seconds = Math.ceil((date - Date.now()) / 1000);
    return seconds <= 0 ? 'now' : seconds < 90 ? `in ${seconds} s` : `in ${Math.ceil(seconds / 60)} min`;
  };
  const tell = time => {
    const date = new Date(time.dateTime);
    if (Number.isNaN(date.valueOf())) {
      return;
    }
    const usual = formats[time.dataset.local];
    const format = usual?.month && date.getFullYear() !== new Date().getFullYear() ? { ...usual, year: usual.second ? '2-digit' : 'numeric' } : usual;
    const text = time.dataset.local === 'countdown' ? untilIn(date) : time.dataset.local === 'next' && date <= Date.now() ? 'now' : format ? new Intl.DateTimeFormat(undefined, format).format(date) : inWords(date);
    time.title = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' }).format(date);
    // The text node stays the renderer's own, or it could not change it later.
    const node = [...time.childNodes].find(each => each.nodeType === Node.TEXT_NODE);
    if (node && node.data !== text) {
      node.data = text;
    }
  };
  const tellAll = () => document.querySelectorAll('time[data-local]').forEach(tell);
  setInterval(tellAll, 30000);
  setInterval(() => document.querySelectorAll('time[data-local=countdown]').forEach(tell), 1000);

  // ---- what appears ------------------------------------------------------
  let isQueued = false;
  new MutationObserver(() => {
    if (!isQueued) {
      isQueued = true;
      requestAnimationFrame(() => {
        isQueued = false;
        tellAll();
        restoreDrafts();
        nameKeys();
        sanctumTheme.apply();
      });
    }
  }).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['datetime'] });

  const nameKeys = () => {
    if (isMac) {
      document.querySelectorAll('kbd[data-mod]:not([data-named])').forEach(kbd => {
        kbd.dataset.named = '';
        kbd.firstChild.data = kbd.firstChild.data.replace('Ctrl ', '⌘');
      });
    }
  };

  // ---- what a row has no room for: its title tells it, and a click shows it -----
  const lineAt = event => event.target instanceof Element ? event.target.closest('.table .one-line') : null;
  const isCut = line => [line, ...line.querySelectorAll(':scope > div, .chosen > div, .link > span, summary, ins, del')].some(box => box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight + 8);
  const wordsOf = line => {
    const texts = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    const words = [];
    while (texts.nextNode()) {
      if (texts.currentNode.data.trim() && texts.currentNode.parentElement.checkVisibility()) {
        words.push(texts.currentNode.data.trim());
      }
    }
    return words.join(' ');
  };
  document.addEventListener('pointerover', event => {
    const line = lineAt(event);
    if (line && isCut(line)) {
      line.title = wordsOf(line);
    } else {
      line?.removeAttribute('title');
    }
  });
  document.addEventListener('click', event => {
    const line = lineAt(event);
    if (line && (line.dataset.open === '' || isCut(line)) && !event.target.closest('a, button, input, summary') && getSelection().isCollapsed) {
      line.toggleAttribute('data-open');
    }
  });

  // ---- keyboard ----------------------------------------------------------
  // The library selects a field's text once the server has heard of its focus; by then somebody may write in another, from which that would take it.
  const select = mudElementRef.select;
  mudElementRef.select = field => {
    if (field === document.activeElement) {
      select(field);
    }
  };

  const isTyping = element => element instanceof HTMLElement
    && (element.isContentEditable || (isField(element) && !['checkbox', 'radio', 'button', 'submit'].includes(element.type)));

  const press = shortcut => {
    const modal = [...document.querySelectorAll('dialog[open]')].at(-1);
    const target = [...(modal ?? document).querySelectorAll('[data-shortcut]')].filter(each => each.dataset.shortcut === shortcut).at(-1);
    if (target && !target.disabled) {
      target.click();
    }
    return target !== undefined;
  };

  // Up and down go to the card nearest above or below, whatever the width makes of the rows.
  const moveAmongCards = (card, key) => {
    const cards = [...document.querySelectorAll('.tool-cards a')];
    const at = cards.indexOf(card);
    const here = card.getBoundingClientRect();
    const column = side => cards.filter(each => Math.abs(each.getBoundingClientRect().left - here.left) < 8 && (each.getBoundingClientRect().top - here.top) * side > 8);
    const to = { ArrowRight: cards[at + 1], ArrowLeft: cards[at - 1], ArrowDown: column(1).at(0), ArrowUp: column(-1).at(-1), Home: cards[0], End: cards.at(-1) }[key];
    to?.focus();
    return to !== undefined;
  };

  document.addEventListener('keydown', event => {
    if (event.target instanceof HTMLElement && event.target.role === 'combobox' && ['ArrowDown', 'ArrowUp', 'Enter'].includes(event.key)) {
      event.preventDefault();
      return;
    }
    if (event.target instanceof HTMLElement && event.target.role === 'tab' && ['ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(event.key)) {
      event.preventDefault();
      return;
    }
    const card = event.target instanceof HTMLElement ? event.target.closest('.tool-cards a') : null;
    if (card && moveAmongCards(card, event.key)) {
      event.preventDefault();
      return;
    }
    if (event.key === 'Escape') {
      closeSheet();
      closeDialogWithoutFocus();
      closeMenus(null, true);
      setNav(false);
      return;
    }
    if (event.altKey || event.isComposing || event.repeat) {
      return;
    }
    const mod = isMac ? event.metaKey : event.ctrlKey;
    if (mod || !isTyping(event.target)) {
      if (press((mod ? 'mod+' : '') + event.key.toLowerCase())) {
        event.preventDefault();
      }
    }
  });

  // ---- clicks ------------------------------------------------------------
  const closeMenus = (except, returnsFocus) => document.querySelectorAll('details.menu[open]').forEach(menu => {
    if (menu !== except) {
      const hadFocus = menu.contains(document.activeElement);
      menu.open = false;
      if (returnsFocus && hadFocus) {
        menu.querySelector('summary').focus();
      }
    }
  });

  // A dialog hears the keys while the focus is in it; it is lost with a button that goes away. What lies over the dialog is closed first.
  const closeDialogWithoutFocus = () => {
    const dialog = [...document.querySelectorAll('.mud-dialog')].at(-1);
    if (dialog && !dialog.contains(document.activeElement) && !document.querySelector('.mud-popover-open')) {
      dialog.querySelector('.mud-button-close')?.click();
    }
  };

  // A list's filters on a phone. What the library opens from within lies over it and belongs to it.
  const closeSheet = () => document.querySelector('[data-sheet][aria-expanded="true"]')?.setAttribute('aria-expanded', 'false');

  // What is hidden takes no focus, and what was shown just now may be hidden for a frame or two more.
  const focusWhenShown = (selector, tries = 30) => requestAnimationFrame(() => {
    const element = document.querySelector(selector);
    element?.focus();
    if (element && document.activeElement !== element && tries > 0) {
      focusWhenShown(selector, tries - 1);
    }
  });

  const setNav = isOpen => {
    const root = document.documentElement;
    if ((root.dataset.nav === 'open') === isOpen) {
      return;
    }
    root.dataset.nav = isOpen ? 'open' : 'closed';
    const toggle = document.querySelector('.nav-toggle');
    toggle?.setAttribute('aria-expanded', String(isOpen));
    if (isOpen) {
      focusWhenShown('#sidebar a');
    } else {
      toggle?.focus();
    }
  };

  document.addEventListener('click', event => {
    const on = selector => event.target instanceof Element ? event.target.closest(selector) : null;
    const menu = on('details.menu');
    closeMenus(menu, false);
    if (menu && on('.menu-item')) {
      menu.open = false;
    }
    const sheet = on('[data-sheet]');
    if (sheet) {
      sheet.setAttribute('aria-expanded', String(sheet.getAttribute('aria-expanded') !== 'true'));
    } else if (on('[data-sheet-done]') || !on('.filters, .mud-popover, .mud-overlay')) {
      closeSheet();
    }
    const theme = on('[data-set-theme]');
    if (theme) {
      sanctumTheme.set(theme.dataset.setTheme);
    }
    const shortcut = on('[data-press]');
    if (shortcut) {
      press(shortcut.dataset.press);
    }
    if (on('[data-nav-toggle]')) {
      setNav(document.documentElement.dataset.nav !== 'open');
    } else if (on('.sidebar a')) {
      setNav(false);
    }
    if (on('[data-print]')) window.print();
    const copy = on('[data-copy], [data-copy-code]');
    if (copy) {
      sanctum.copy(copy.dataset.copy ?? copy.closest('.chat-code').querySelector('code').textContent).then(() => {
        copy.dataset.copied = '';
        setTimeout(() => delete copy.dataset.copied, 1500);
      });
    }
  });

  // The router would take the fragment for a navigation.
  document.addEventListener('click', event => {
    const skip = event.target instanceof Element ? event.target.closest('[data-skip]') : null;
    if (skip) {
      event.preventDefault();
      event.stopPropagation();
      sanctum.focus(skip.dataset.skip);
    }
  }, true);

  // ---- what the server calls ---------------------------------------------
  window.sanctum = {
    showModal(dialog, id) {
      openers.set(id, document.activeElement);
      if (!dialog.open) {
        dialog.showModal();
      }
      const first = dialog.querySelector('[autofocus]')
        ?? dialog.querySelector('.dialog-body :is(input, select, textarea):not(:disabled)')
        ?? dialog.querySelector('.dialog-foot button:not(:disabled)');
      first?.focus();
    },

    restoreFocus(id) {
      const opener = openers.get(id);
      openers.delete(id);
      if (opener?.isConnected && (!document.activeElement || document.activeElement === document.body)) {
        opener.focus();
      }
    },

    focus(id) {
      const element = document.getElementById(id);
      element?.scrollIntoView({ block: 'start' });
      element?.focus({ preventScroll: true });
    },

    timeZone() {
      return Intl.DateTimeFormat().resolvedOptions().timeZone;
    },
    reveal(id) {
      document.getElementById(id)?.scrollIntoView({ block: 'nearest' });
    },

    async copy(text) {
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        // Without TLS there is no clipboard: the old way, by a selection.
        const area = document.createElement('textarea');
        area.value = text;
        (document.querySelector('dialog[open]') ?? document.body).append(area);
        area.select();
        document.execCommand('copy');
        area.remove();
      }
    },

    async download(name, stream) {
      const url = URL.createObjectURL(new Blob([await stream.arrayBuffer()]));
      const link = document.createElement('a');
      link.href = url;
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 1000);
    },
  };
})();
