/** Script that copies the text of another element; without it the button is hidden. Served and exported as it is. */
export const copyScript = `'use strict';
document.documentElement.classList.add('scripted');
document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-copy]');
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  const status = document.getElementById('copy-status');
  try {
    await navigator.clipboard.writeText(source.textContent);
    status.textContent = 'Copied';
  } catch {
    source.closest('details')?.setAttribute('open', '');
    getSelection().selectAllChildren(source);
    status.textContent = 'Selected: copy it with the keyboard';
  }
});
`;
