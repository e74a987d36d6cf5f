"""Times lifelines on the cohorts, from a data frame, and prints lines of JSON: run.py FOLDER SIZE..."""

import json
import sys
import time
import warnings

import lifelines
import numpy
import pandas
from lifelines import CoxPHFitter, KaplanMeierFitter
from lifelines.statistics import multivariate_logrank_test
from lifelines.utils import concordance_index

warnings.filterwarnings("ignore")
NAMES = ["time", "status", "grp", "entry", "weight", "cluster"] + [f"x{k}" for k in range(1, 11)]
# A task is left out at a size at which, by its time at the size before, it would take longer than this.
PATIENCE = 45
last = {}


def timed(task, n, call, value):
    if last.get(task, 0) * 12 > PATIENCE:
        last[task] = float("inf")
        return
    seconds = []
    while len(seconds) < 3 and sum(seconds) < 10:
        started = time.perf_counter()
        result = call()
        seconds.append(time.perf_counter() - started)
    last[task] = sorted(seconds)[len(seconds) // 2]
    line = {"side": "lifelines", "task": task, "n": n, "value": value(result), "seconds": seconds}
    print(json.dumps(line), flush=True)


def curves(data):
    return [KaplanMeierFitter().fit(part.time, part.status) for _, part in data.groupby("grp")]


folder, *sizes = sys.argv[1:]
for n in map(int, sizes):
    columns = numpy.fromfile(f"{folder}/cohort-{n}.bin", dtype="<f8").reshape(16, n)
    data = pandas.DataFrame(dict(zip(NAMES, columns)))
    covariates = data[["time", "status"] + NAMES[6:]]
    late = data[["entry", "time", "status"] + NAMES[6:]]
    # Another scale of the limits than the others' (log-log), hence no value to compare.
    timed("km", n, lambda: curves(data), lambda _: None)
    timed("log_rank", n, lambda: multivariate_logrank_test(data.time, data.grp, data.status), lambda t: float(t.test_statistic))
    fit = lambda frame, **more: CoxPHFitter().fit(frame, "time", "status", **more)  # noqa: E731
    timed("cox_efron", n, lambda: fit(covariates), lambda f: float(f.log_likelihood_))
    timed("cox_entry", n, lambda: fit(late, entry_col="entry"), lambda f: float(f.log_likelihood_))
    predictor = covariates[NAMES[6:]].to_numpy() @ numpy.array([0.02, 0.25, -0.15, 0.1, 0, 0.4, -0.3, 0.2, -0.1, 0])
    timed("concordance", n, lambda: concordance_index(data.time, -predictor, data.status), lambda _: None)
print(json.dumps({"versions": {"lifelines": lifelines.__version__, "Python": sys.version.split()[0]}}))
