import type { Request } from 'express';

/** A person's browser goes to a screen, and would show whatever it gets; scripts and programs want a problem document. */
export function isNavigation(request: Request): boolean {
  const isPage = request.method === 'GET' && !/^\/api(\/|$)/i.test(request.path);
  // Who takes anything, as a script does, does not prefer a page.
  return isPage && request.accepts('json', 'html') === 'html';
}

/** What a person sees who called off signing in. Without a script, as the policy for contents wants it. */
export const REFUSED_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Image Manager: sign in</title>
<style>
:root { color-scheme: light dark }
body { max-width: 40rem; margin: 10vh auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif }
section + section { margin-top: 2rem; padding-top: 1rem; border-top: 1px solid }
</style>
</head>
<body>
<section>
<h1>You are not signed in</h1>
<p>The user name or password is wrong or missing. They are <code>HTTP_USERNAME</code> and <code>HTTP_PASSWORD</code>
in the file <code>config.env</code> on the machine where Image Manager runs.</p>
<p><a href="">Sign in again</a></p>
</section>
<section lang="ru">
<h1>Вход не выполнен</h1>
<p>Имя или пароль неверны или не введены. Они указаны в <code>HTTP_USERNAME</code> и <code>HTTP_PASSWORD</code>
в файле <code>config.env</code> на машине, где работает Image Manager.</p>
<p><a href="">Войти ещё раз</a></p>
</section>
</body>
</html>
`;
