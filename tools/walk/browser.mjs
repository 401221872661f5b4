import { chromium } from 'playwright-core';
import { findProgram } from '../bootstrap/system-packages.mjs';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function launchBrowser() {
  return chromium.launch({ executablePath: findProgram('chromium'), args: ARGUMENTS });
}

/**
 * Collects what the page reports as wrong: exceptions, console errors, among them violations of its content security policy.
 *
 * @param {import('playwright-core').Page} page
 */
export function collectFaults(page) {
  /** @type {string[]} */
  const faults = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  return faults;
}
