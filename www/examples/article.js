// The whole program opens when it is asked for, on the data of the article.
document.getElementById('open').addEventListener('click', ({ currentTarget }) => {
  currentTarget.disabled = true;
  const whole = document.createElement('risk-set');
  whole.data = 'cohort';
  document.getElementById('place').append(whole);
});
