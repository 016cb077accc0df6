/**
 * Runs before first paint: the stored theme, else what the system prefers; and whether times are local, so that the page
 * has room for them. Kept in step with `stores/theme.ts` and `stores/times.ts`.
 */
export const themeScript = `try{var t=localStorage.getItem("sluice-theme")}catch(e){}
if(t!=="dark"&&t!=="light")t=matchMedia("(prefers-color-scheme: light)").matches?"light":"dark";
document.documentElement.dataset.theme=t
try{if(localStorage.getItem("sluice-times")==="local")document.documentElement.dataset.times="local"}catch(e){}`;
