const decoder = new TextDecoder();

/** Decodes base64 as bytes; empty for any other text (a script may write to the control pipe itself). */
export function bytesOf(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

/** Decodes base64 as UTF-8; invalid bytes become U+FFFD. */
export const textOf = (base64: string): string => decoder.decode(bytesOf(base64));

/** Splits a list that the prelude joined with NUL bytes. */
export const fieldsOf = (base64: string): readonly string[] => textOf(base64).split('\0');
