// Switches between light and dark. The default is the setting of the system.

import { byId } from './element.ts';

export function setUpTheme(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  byId('theme').addEventListener('click', () => {
    const { style } = document.documentElement;
    const isDark = style.colorScheme === '' ? dark.matches : style.colorScheme === 'dark';
    style.colorScheme = isDark ? 'light' : 'dark';
  });
}
