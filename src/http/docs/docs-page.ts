import { markup, type Markup } from '../../report/text/markup.ts';
import { layout } from '../pages/layout.ts';
import { PROBLEMS } from '../answers/problem.ts';
import { describeSchema, type OpenApi, type Operation, type Schema } from './describe-schema.ts';

/**
 * Renders the reference of the API from its OpenAPI document: every address, what it takes and what it
 * answers.
 */
export function docsPage(document: OpenApi, signedIn: boolean): string {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) => ({
      path,
      method,
      operation,
    })),
  );
  const contents = operations.map(
    ({ path, method }) =>
      markup`<li><a href="#${anchor(method, path)}"><code>${method.toUpperCase()} ${path}</code></a></li>`,
  );
  const sections = operations.map(({ path, method, operation }) =>
    section(path, method, operation, document),
  );
  const problems = Object.entries(PROBLEMS).map(
    ([kind, [status, meaning]]) =>
      markup`<dt id="${kind}"><code>${kind}</code> (${status})</dt><dd>${meaning}</dd>`,
  );
  const main = markup`<h1>The API</h1>
<p>${document.info.description ?? ''} The same as a document for machines: <a href="/openapi.json">openapi.json</a>.</p>
<p>Requests that write need a token: <code>Authorization: Bearer TOKEN</code>. An address that has a page gives it to a browser and JSON to a program.</p>
<pre><code>curl --data-binary @repro.rb -H 'Content-Type: text/x-ruby' -H "Authorization: Bearer $MATRIX_TOKEN" '…/runs?ruby=2.2..2.5'</code></pre>
<ul>${contents}</ul>
${sections}
<h2>Problems</h2>
<p>Errors are <code>application/problem+json</code> (RFC 9457); <code>errors</code> names the fields that are wrong.</p>
<dl>${problems}</dl>`;
  return layout({ title: 'Matrix: the API', main, scripts: [], events: null, signedIn });
}

function section(path: string, method: string, operation: Operation, document: OpenApi): Markup {
  const parameters = (operation.parameters ?? []).map((parameter) => {
    const required = parameter.required === true ? ', required' : '';
    const what = describeSchema(parameter.schema, document);
    return markup`<tr><td><code>${parameter.name}</code></td><td>${parameter.in}${required}</td><td>${what} ${parameter.description ?? parameter.schema?.description ?? ''}</td></tr>`;
  });
  const bodies = Object.entries(operation.requestBody?.content ?? {}).map(
    ([type, { schema }]) => markup`<p>Body: <code>${type}</code></p>${schemaBlock(schema, document)}`,
  );
  const answers = Object.entries(operation.responses ?? {}).map(([status, { description, content }]) => {
    const types = Object.entries(content ?? {}).map(
      ([type, { schema }]) =>
        markup` <code>${type}</code> ${type.includes('problem') ? null : schemaBlock(schema, document)}`,
    );
    return markup`<dt>${status}</dt><dd>${description}${types}</dd>`;
  });
  const table = markup`<table><thead><tr><th scope="col">Name</th><th scope="col">Where</th><th scope="col">What</th></tr></thead><tbody>${parameters}</tbody></table>`;
  const guarded = operation.security === undefined ? null : markup`<p>Needs a token.</p>`;
  return markup`<section><h2 id="${anchor(method, path)}"><code>${method.toUpperCase()} ${path}</code></h2>
<p>${operation.summary ?? ''}. ${operation.description ?? ''}</p>
${guarded}${parameters.length > 0 ? table : null}${bodies}<dl>${answers}</dl></section>`;
}

function schemaBlock(schema: Schema | undefined, document: OpenApi): Markup | null {
  if (schema === undefined || schema.type === 'string') return null;
  return markup`<details><summary>Its form</summary><pre><code>${describeSchema(schema, document)}</code></pre></details>`;
}

const anchor = (method: string, path: string): string => `${method}-${path.replaceAll(/[^a-z.]+/gi, '-')}`;
