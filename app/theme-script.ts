/** Runs before first paint: the stored choice, else what the system prefers. Kept in step with `stores/theme.ts`. */
export const themeScript = `try{var t=localStorage.getItem("sluice-theme")}catch(e){}
if(t!=="dark"&&t!=="light")t=matchMedia("(prefers-color-scheme: light)").matches?"light":"dark";
document.documentElement.dataset.theme=t`;
