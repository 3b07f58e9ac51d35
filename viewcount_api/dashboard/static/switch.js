// A choice between a few: radio buttons, of which the address holds the choice.

/** Call `chosen(name, value)` when a button of a view's switches is chosen. */
export function onChoice(view, chosen) {
  view.addEventListener("change", ({ target }) => {
    if (target.type === "radio") chosen(target.name, target.value);
  });
}

/** Show a choice as made; one that there is no button for becomes `otherwise`. Gives what is shown. */
export function choose(view, name, value, otherwise = "") {
  const buttons = [...view.querySelectorAll(`input[name="${name}"]`)];
  const button = buttons.find((one) => one.value === value) ?? buttons.find((one) => one.value === otherwise);
  button.checked = true;
  return button.value;
}
