/** Makes buttons copy the text of another element; where that is refused, the text is selected. */
export function copyByButtons(): void {
  document.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest<HTMLElement>('[data-copy]') : null;
    const source = document.getElementById(button?.dataset['copy'] ?? '');
    const status = document.getElementById('copy-status');
    if (source !== null && status !== null) void copy(source, status);
  });
}

async function copy(source: HTMLElement, status: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(source.textContent);
    status.textContent = 'Copied';
  } catch {
    source.closest('details')?.setAttribute('open', '');
    getSelection()?.selectAllChildren(source);
    status.textContent = 'Selected: copy it with the keyboard';
  }
}
