const decoder = new TextDecoder();

/** Returns the bytes of a base64 text; empty when it is none (a script that writes to the control pipe itself). */
export function bytesOf(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

/** UTF-8 text of a base64 text; what is not UTF-8 becomes U+FFFD. */
export const textOf = (base64: string): string => decoder.decode(bytesOf(base64));

/** Returns a list that the prelude joined with NUL bytes. */
export const fieldsOf = (base64: string): readonly string[] => textOf(base64).split('\0');
