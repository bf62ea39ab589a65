// Loaded before anything is painted, so that the menu never shows in one size and then in another.
(() => {
  'use strict';
  const key = 'sanctum.nav-size';
  const root = document.documentElement;

  const stored = () => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };

  const apply = size => {
    root.dataset.navSize = size === 'icons' ? 'icons' : 'words';
  };

  document.addEventListener('click', event => {
    const button = event.target instanceof Element ? event.target.closest('[data-set-nav-size]') : null;
    if (!button) {
      return;
    }
    const size = button.dataset.setNavSize;
    try {
      localStorage.setItem(key, size);
    } catch {
      // Storage is closed to this site: the choice lasts as long as the page.
    }
    apply(size);
    // The other button stands where this one was.
    document.querySelector(`[data-set-nav-size]:not([data-set-nav-size="${size}"])`)?.focus();
  });

  // The menu is longer than some windows: what is open stands within sight.
  addEventListener('DOMContentLoaded', () => document.querySelector('.sidebar [aria-current=page]')?.scrollIntoView({ block: 'nearest' }));
  addEventListener('storage', event => event.key === key && apply(event.newValue));
  apply(stored());
})();
