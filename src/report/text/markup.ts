import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';

/** HTML or SVG that is ready to be sent. */
export type Markup = HtmlEscapedString;

type Value = string | number | null | Markup | readonly Markup[];

/**
 * Makes a piece of HTML or SVG. Inserted text is escaped, null gives nothing, markup stays as it is.
 * Attributes have to be quoted in the template, which makes any text safe inside of them.
 */
export function markup(strings: TemplateStringsArray, ...values: readonly Value[]): Markup {
  // No value is a promise, so neither is the result.
  return html(strings, ...values) as Markup;
}
