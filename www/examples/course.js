// The answers are those of the elements themselves: nothing is written down twice.
const [six, cohort] = document.querySelectorAll('risk-set');
const answers = {
  median: () => six.results?.results[0].curves[0].quantiles.find(({ prob }) => prob === 0.5).estimate,
  events: () => cohort.results?.endpoints.OS.by_event.death,
};
for (const form of document.querySelectorAll('form')) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const right = answers[form.dataset.answer](), given = Number(form.querySelector('input').value.replace(',', '.') || NaN);
    form.querySelector('[role=status]').textContent = right === undefined ? 'Le calcul n’est pas terminé.'
      : Number.isNaN(given) ? 'Écrivez un nombre.' : given === right ? 'C’est juste.' : 'Pas encore : regardez de nouveau la figure.';
  });
}
