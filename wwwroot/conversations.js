// Conversations: keys of the field where one writes, and what happens at the ends of the messages.
(() => {
  'use strict';
  const near = 200;
  const act = (chat, name) => {
    const button = chat?.querySelector(`[data-chat-act="${name}"]`);
    if (button && !button.disabled) {
      button.click();
    }
    return button !== null;
  };

  // The first message opens its conversation: one goes on writing there.
  const goOnWriting = chat => {
    const watch = new MutationObserver(() => {
      const field = document.querySelector('[data-chat] [data-chat-input]');
      if (!chat.isConnected && field) {
        watch.disconnect();
        if (document.activeElement === document.body) {
          field.focus();
        }
      }
    });
    watch.observe(document.body, { childList: true, subtree: true });
    setTimeout(() => watch.disconnect(), 10000);
  };

  document.addEventListener('keydown', event => {
    const chat = event.target instanceof Element ? event.target.closest('[data-chat]') : null;
    if (!chat || event.isComposing || event.altKey) {
      return;
    }
    const field = event.target.closest('[data-chat-input]');
    if (field && event.key === 'Enter' && !event.shiftKey && !event.repeat) {
      event.preventDefault();
      field.dispatchEvent(new Event('change', { bubbles: true }));
      act(chat, 'send');
      goOnWriting(chat);
    } else if (field && event.key === 'ArrowUp' && field.value === '') {
      event.preventDefault();
      act(chat, 'edit-last');
    } else if (event.key === 'Escape' && !document.querySelector('.mud-dialog, details.menu[open]')) {
      act(chat, chat.querySelector('[data-chat-act="cancel"]') ? 'cancel' : 'stop');
    }
  });

  // The newest stands below and stays there; scrolled away, a button leads back, and near the other end more is read.
  document.addEventListener('scroll', event => {
    const list = event.target instanceof Element && event.target.hasAttribute('data-chat-scroll') ? event.target : null;
    if (!list) {
      return;
    }
    const chat = list.closest('[data-chat]');
    const away = Math.abs(list.scrollTop);
    chat.toggleAttribute('data-away', away > near);
    if (away > near && list.scrollHeight - list.clientHeight - away < near && !list.dataset.reading) {
      list.dataset.reading = '1';
      act(chat, 'earlier');
      setTimeout(() => delete list.dataset.reading, 400);
    }
  }, { capture: true, passive: true });

  document.addEventListener('click', event => {
    const chat = event.target instanceof Element && event.target.closest('[data-chat-jump]') ? event.target.closest('[data-chat]') : null;
    if (chat) {
      chat.querySelector('[data-chat-scroll]').scrollTop = 0;
    }
  });
})();
