# Rscript kaplan_meier.R : the constants of the tests in src/survival/{kaplan_meier,quantile,follow_up}.rs.
suppressPackageStartupMessages(library(survival))
p <- function(name, x) cat(name, paste(ifelse(is.finite(x), sprintf("%.17g", x), "NA"), collapse = ", "), "\n")
steps <- function(title, fit) {
  cat("##", title, "\n")
  se <- if (isFALSE(fit$logse)) fit$std.err else fit$std.err * fit$surv
  for (k in c("time", "n.risk", "n.event", "n.censor", "surv")) p(k, fit[[k]])
  p("std_error", se); p("lower", fit$lower); p("upper", fit$upper)
}
# Unsorted, tied, weighted; the last observation is censored.
d <- data.frame(entry = c(0, 2, 1, 0, 4, 3, 0, 5, 1, 6, 0, 2), time = c(7, 5, 3, 9, 8, 5, 3, 12, 7, 12, 10, 3),
                event = c(1, 1, 0, 1, 0, 1, 1, 0, 0, 1, 1, 1), w = c(.5, 1.25, 2, .1, .7, 1, 3, .3, .2, 1.5, .6, .4))
steps("plain", survfit(Surv(time, event) ~ 1, d))
steps("weighted", survfit(Surv(time, event) ~ 1, d, weights = w, robust = FALSE, conf.type = "log-log"))
steps("entry", survfit(Surv(entry, time, event) ~ 1, d, conf.type = "plain"))
steps("entry, weighted", survfit(Surv(entry, time, event) ~ 1, d, weights = w, robust = FALSE, conf.type = "logit"))
steps("time zero", survfit(Surv(c(0, 0, 1, 2, 3, 4), c(1, 0, 1, 1, 0, 1)) ~ 1))
cat("## quantiles\n")
f <- survfit(Surv(time, status) ~ 1, lung)
for (t in c("log", "log-log", "plain", "logit", "arcsin"))
  p(t, unlist(quantile(survfit(Surv(time, status) ~ 1, lung, conf.type = t), c(.25, .5, .75))))
