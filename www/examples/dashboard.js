// The page's own controls make a study; the element runs it, draws the figure and gives the numbers and the files.
const element = document.querySelector('risk-set');
const form = document.getElementById('controls');
const say = (words) => { document.getElementById('said').textContent = words; };
const show = (id, words) => { document.getElementById(id).textContent = words; };

/** The study that the controls ask for. */
function study() {
  const { endpoint, by, centre, time } = Object.fromEntries(new FormData(form));
  const base = { origin: 'date_of_diagnosis', censor: 'date_of_last_follow_up', unit: 'months' };
  const subset = centre ? { subset: [{ column: 'centre', in: [centre] }] } : {};
  return {
    format: 'riskset-study/1',
    data: { columns: { chemo: { label: 'Chemotherapy', type: 'category', levels: ['No CT', 'CT'] } } },
    endpoints: {
      OS: { label: 'Overall survival', ...base, events: { death: 'date_of_death' } },
      DFS: { label: 'Disease-free survival', ...base, events: { recurrence: 'date_of_recurrence', death: 'date_of_death' } },
    },
    analyses: [
      { id: 'all', type: 'kaplan_meier', endpoint, times: [Number(time)], ...subset },
      { id: 'curves', type: 'kaplan_meier', endpoint, by, times: [Number(time)], ...subset },
      { id: 'test', type: 'log_rank', endpoint, by, ...subset },
    ],
  };
}

async function update() {
  try {
    const { results } = await element.run(study());
    const [all, , test] = results;
    const number = (value, digits) => (typeof value === 'number' ? value.toFixed(digits) : 'not reached');
    const curve = all.curves?.[0];
    show('n', curve?.n ?? '–');
    show('events', curve?.n_event ?? '–');
    show('median', curve ? number(curve.quantiles.find(({ prob }) => prob === 0.5).estimate, 1) : '–');
    show('rate-name', `Survival at ${form.elements.time.selectedOptions[0].textContent}`);
    show('rate', curve && typeof curve.at[0].estimate === 'number' ? `${(100 * curve.at[0].estimate).toFixed(1)}%` : '–');
    show('p', typeof test.p_value === 'number' ? (test.p_value < 0.001 ? '<0.001' : test.p_value.toFixed(3)) : '–');
    say(results.find(({ error }) => error)?.error.message ?? '');
  } catch (error) {
    // Another change came before this one was computed: that one will speak.
    if (error.code !== 'superseded') say(error.message);
  }
}

async function load(data, options) {
  try {
    await element.load(data, options);
    await update();
  } catch (error) {
    say(error.message);
  }
}

form.addEventListener('change', ({ target }) => {
  if (target.name !== 'file') update();
  else if (target.files[0]) load(target.files[0]);
});
form.addEventListener('submit', (event) => event.preventDefault());

for (const button of document.querySelectorAll('[data-format]')) {
  button.addEventListener('click', async () => {
    const { format } = button.dataset;
    try {
      const file = await element.export(format === 'json' ? {} : { analysis: 'curves', format });
      const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(file.blob), download: file.name });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
      say(`Saved as ${file.name}.${file.patientData ? ' It holds exact event times: treat it as patient data.' : ''}`);
    } catch (error) {
      say(error.message);
    }
  });
}

element.ready.then(() => load(document.getElementById('cohort').textContent.trimStart(), { name: 'cohort.csv' }), (error) => say(error.message));
