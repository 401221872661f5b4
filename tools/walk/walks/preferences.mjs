import assert from 'node:assert/strict';
import { shell } from '../pages/shell.mjs';
import { openScreen, visit } from '../visit.mjs';

export const remembered = {
  name: 'language and theme are chosen in menus, hold at once and after a reload',
  run: (context) =>
    visit(context, async (page) => {
      const { chooseLanguage, chooseTheme, heading, look } = shell(page);
      await openScreen(page, '/images');
      await chooseLanguage('Русский');
      await heading('Образы').waitFor();
      await chooseTheme('Тёмная');
      const chosen = await look();
      assert.equal(chosen.language, 'ru');
      assert.equal(chosen.theme, 'dark');
      assert.ok(lightness(chosen.ground) < 80, chosen.ground);
      await page.reload();
      await heading('Образы').waitFor();
      assert.deepEqual(await look(), chosen);
      await chooseTheme('Как в системе');
      await chooseLanguage('English');
      await heading('Images').waitFor();
      assert.equal((await look()).theme, 'system');
    }),
};

function lightness(color) {
  const [red, green, blue] = color.match(/[\d.]+/g).map(Number);
  return (red + green + blue) / 3;
}
