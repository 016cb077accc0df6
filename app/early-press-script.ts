/**
 * Runs before anything on the page listens: the last button that was pressed is kept until then. Taken up by
 * `components/shell/early-press.ts`.
 */
export const earlyPressScript = `(function(){
function keep(event){var button=event.target instanceof Element&&event.target.closest("button");
if(button)window.sluiceEarly.press={button:button,said:button.textContent,event:event}}
window.sluiceEarly={press:null,end:function(){removeEventListener("click",keep,true)}};
addEventListener("click",keep,true)})()`;
