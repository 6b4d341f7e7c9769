// Goes on once every frame has loaded, or after three seconds; without a script the link does.
const link = document.querySelector("#continue[data-by-script]");
if (link) {
  const goOn = () => location.replace(link.href);
  addEventListener("load", goOn);
  setTimeout(goOn, 3000);
}
