/** A curve that rises out of four cells. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#19764f"/><path d="M16 4v24M4 16h24" stroke="#fff" stroke-opacity=".35" stroke-width="2"/><path d="M6 25L14 20L19 12L26 6" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/></svg>`;
