// Loaded before anything is painted, so that the page never shows in one theme and then in another.
(() => {
  'use strict';
  const key = 'sanctum.theme';
  const root = document.documentElement;
  const light = matchMedia('(prefers-color-scheme: light)');
  const contrast = matchMedia('(prefers-contrast: more)');
  const themes = ['dark', 'light', 'contrast'];

  const chosen = () => {
    try {
      const saved = localStorage.getItem(key);
      return themes.includes(saved) ? saved : 'system';
    } catch {
      return themes.includes(kept) ? kept : 'system';
    }
  };

  // What whoever is signed in chose, on whichever device. This one remembers it for its sign-in page.
  const kept = root.dataset.keptTheme;
  if (kept) {
    try {
      localStorage.setItem(key, kept);
    } catch {
      // Storage is closed to this site: what was kept is shown all the same.
    }
  }

  const apply = () => {
    const theme = chosen();
    root.dataset.theme = theme !== 'system' ? theme : contrast.matches ? 'contrast' : light.matches ? 'light' : 'dark';
    for (const button of document.querySelectorAll('[data-set-theme]')) {
      button.setAttribute('aria-pressed', String(button.dataset.setTheme === theme));
    }
  };

  window.sanctumTheme = {
    apply,
    set(theme) {
      try {
        localStorage.setItem(key, theme);
      } catch {
        // Storage is closed to this site: the choice lasts as long as the page.
      }
      apply();
    },
  };

  light.addEventListener('change', apply);
  contrast.addEventListener('change', apply);
  addEventListener('storage', event => event.key === key && apply());
  apply();
})();
