/** What this browser lets us do on the desktop; `unasked`: a person has to be asked first. */
export type AlertPermission = 'granted' | 'unasked' | 'blocked' | 'unavailable';

/** Messages on the desktop, outside this page. Browsers offer them over HTTPS and on this computer only. */
export function alertPermission(): AlertPermission {
  if (typeof Notification === 'undefined' || !globalThis.isSecureContext) return 'unavailable';
  if (Notification.permission === 'default') return 'unasked';
  return Notification.permission === 'granted' ? 'granted' : 'blocked';
}

export async function askForAlerts(): Promise<AlertPermission> {
  if (alertPermission() === 'unasked') await Notification.requestPermission();
  return alertPermission();
}

export interface Alert {
  title: string;
  body: string;
  /** Another one with this tag takes its place. */
  tag: string;
  /** The person pressed it. */
  chosen: () => void;
}

/** Shows it if it may be shown. */
export function showAlert({ title, body, tag, chosen }: Alert): void {
  if (alertPermission() !== 'granted') return;
  try {
    const shown = new Notification(title, { body, tag, icon: 'favicon.svg' });
    shown.onclick = () => {
      window.focus();
      shown.close();
      chosen();
    };
  } catch {
    // Chrome on Android has the class and refuses to make one outside a service worker; the title says it there.
    return;
  }
}
