import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ASTWithSource, CombinedRecursiveAstVisitor, Interpolation, parseTemplate } from '@angular/compiler';
import ts from 'typescript';

/** Attributes that people read or hear. */
const READ = ['aria-label', 'aria-description', 'title', 'placeholder', 'alt', 'label', 'matTooltip', 'hint'];

/** Collects texts with letters that stand in a template itself; those under `translate="no"` are names, not language. */
class LiteralTexts extends CombinedRecursiveAstVisitor {
  /** @type {string[]} */
  found = [];
  #names = 0;

  /** @param {import('@angular/compiler').TmplAstElement} element */
  visitElement(element) {
    const isName = element.attributes.some(({ name, value }) => name === 'translate' && value === 'no');
    if (isName) this.#names += 1;
    super.visitElement(element);
    if (isName) this.#names -= 1;
  }

  visitText({ value }) {
    this.#add(value);
  }

  visitBoundText({ value }) {
    if (!(value instanceof ASTWithSource) || !(value.ast instanceof Interpolation)) return;
    for (const text of value.ast.strings) this.#add(text);
  }

  visitTextAttribute({ name, value }) {
    if (READ.includes(name)) this.#add(value);
  }

  #add(text) {
    if (this.#names === 0 && /\p{L}/u.test(text)) this.found.push(text.trim());
  }
}

/** @param {string} template @param {string} path for the errors' messages */
export function literalTexts(template, path) {
  const { nodes, errors } = parseTemplate(template, path);
  if (errors) throw new Error(errors.join('\n'));
  const visitor = new LiteralTexts();
  for (const node of nodes) node.visit(visitor);
  return visitor.found;
}

/**
 * Each template of an Angular application, in a file of its own or inside a component.
 *
 * @param {string} folder
 * @returns {{ path: string, template: string }[]}
 */
export function templatesIn(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(html|ts)$/.test(name) && !name.endsWith('.spec.ts'))
    .flatMap((name) => {
      const path = join(folder, name);
      const content = readFileSync(path, 'utf8');
      return name.endsWith('.html') ? [{ path, template: content }] : inlineTemplates(path, content);
    });
}

function inlineTemplates(path, content) {
  const found = [];
  const look = (node) => {
    if (
      ts.isPropertyAssignment(node) &&
      node.name.getText() === 'template' &&
      ts.isStringLiteralLike(node.initializer)
    )
      found.push({ path, template: node.initializer.text });
    ts.forEachChild(node, look);
  };
  look(ts.createSourceFile(path, content, ts.ScriptTarget.Latest, true));
  return found;
}
