# Rscript cox_cohorts.R : writes cox_cohorts.json, twenty-four small made-up cohorts with what R's survival says of them; read by
# tests/cox_cohorts.rs. Ties, weights, strata, late entry, a factor of three or four levels and missing cells, in every combination.
suppressPackageStartupMessages({library(survival); library(jsonlite)})
source("lib.R"); set.seed(20260); RNGkind("Mersenne-Twister", "Inversion", "Rejection")
ctl <- coxph.control(eps = 1e-14, iter.max = 200, toler.inf = 1e-4)
quiet <- suppressWarnings

# Harrell's basis at the quantiles of the analysed rows.
rcs <- function(x, k = 4) { t <- unname(quantile(x, seq(.05, .95, length = k))); p3 <- function(u) pmax(u, 0)^3
  cbind(x, sapply(1:(k - 2), function(j) p3(x - t[j]) - p3(x - t[k - 1]) * (t[k] - t[j]) / (t[k] - t[k - 1]) +
    p3(x - t[k]) * (t[k - 1] - t[j]) / (t[k] - t[k - 1])) / (t[k] - t[1])^2) }

cohort <- function(i) repeat {
  n <- sample(28:44, 1); k <- 3 + i %% 2
  d <- data.frame(entry = sample(0:3, n, TRUE), x = round(rnorm(n, 50, 10), 1), f = sample(LETTERS[1:k], n, TRUE),
                  s = sample(c("p", "q"), n, TRUE), w = sample(c(.5, 1, 1.5, 2), n, TRUE))
  d$time <- d$entry + ceiling(rexp(n, exp(.03 * (d$x - 50) + .4 * (d$f == "B"))) * 8); d$status <- rbinom(n, 1, .7)
  if (!(i %/% 2) %% 2) d$entry <- 0
  d$x[sample(n, 2)] <- NA; d$f[sample(n, 1)] <- NA
  e <- with(na.omit(d), table(f, status)); if (ncol(e) < 2 || nrow(e) < k || any(e[, "1"] < 2)) next
  return(d)
}

whole <- function(i) {
  d <- cohort(i); has <- list(entry = as.logical((i %/% 2) %% 2), weights = as.logical((i %/% 4) %% 2), strata = as.logical((i %/% 8) %% 2))
  ties <- if (i %% 5 == 0 && !has$weights && !has$entry) "exact" else if (i %% 3) "efron" else "breslow"
  fit <- function(X, rows, offset = NULL, m = ties) { d <- d[rows, ]; if (NCOL(X) == 0) X <- NULL
    y <- if (has$entry) with(d, Surv(entry, time, status)) else with(d, Surv(time, status))
    d$o <- if (is.null(offset)) 0 else offset; d$wt <- if (has$weights) d$w else 1
    rhs <- c(if (!is.null(X)) "X", "offset(o)", if (has$strata) "strata(s)")
    quiet(coxph(reformulate(rhs, "y", env = environment()), d, weights = wt, ties = m, robust = FALSE, control = ctl)) }
  dummies <- function(d) { l <- sort(unique(na.omit(d$f))); m <- sapply(l[-1], function(v) as.numeric(d$f == v)); colnames(m) <- l[-1]; m }
  figures <- function(X, rows, groups) {
    g <- fit(X, rows); b <- unname(coef(g)); V <- vcov(g)
    tests <- lapply(groups, function(j) { o <- fit(X[, -j, drop = FALSE], rows); if (ncol(X) == length(j)) o <- fit(NULL, rows)
      start <- b; start[j] <- 0; start[-j] <- coef(o)
      score <- { d <- d[rows, ]; y <- if (has$entry) with(d, Surv(entry, time, status)) else with(d, Surv(time, status)); d$wt <- if (has$weights) d$w else 1
        quiet(coxph(reformulate(c("X", if (has$strata) "strata(s)"), "y", env = environment()), d, weights = wt, ties = ties, robust = FALSE, init = start, control = coxph.control(iter.max = 0)))$score }
      list(likelihood_ratio = 2 * (g$loglik[2] - tail(o$loglik, 1)), wald = drop(b[j] %*% solve(V[j, j], b[j])), score = score) })
    list(n = g$n, coef = I(b), se = I(unname(sqrt(diag(V)))), loglik = g$loglik,
         tests = c(2 * diff(g$loglik), drop(b %*% solve(V, b)), g$score), concordance = unname(g$concordance[c("concordance", "std")]), factors = tests)
  }
  profile <- function(X, rows) { g <- fit(X, rows); top <- g$loglik[2]; cut <- qchisq(.95, 1) / 2
    t(sapply(seq_len(ncol(X)), function(j) { se <- sqrt(vcov(g)[j, j])
      h <- function(v) tail(fit(if (ncol(X) > 1) X[, -j, drop = FALSE], rows, v * X[, j])$loglik, 1) - top + cut
      c(uniroot(h, coef(g)[j] - c(4, 0) * se, extendInt = "upX", tol = 1e-11)$root, uniroot(h, coef(g)[j] + c(0, 4) * se, extendInt = "downX", tol = 1e-11)$root) })) }
  ok <- !is.na(d$x) & !is.na(d$f); X <- cbind(x = d$x[ok], dummies(d[ok, ])); cols <- list(1, 2:ncol(X))
  out <- list(model = figures(X, ok, cols), limits = profile(X, ok))
  if (max(abs(out$model$coef)) > 6) return(NULL)
  if (ties != "exact") { a <- d[ok, ]
    y <- if (has$entry) with(a, Surv(entry, time, status)) else with(a, Surv(time, status))
    f <- firth_any(y, X, if (has$weights) a$w else rep(1, nrow(X)), if (has$strata) as.integer(factor(a$s)) else NULL, ties = ties, limits = 1)
    out$firth <- list(coef = I(unname(f$coef)), se = I(unname(f$se)), low = f$lower[[1]], high = f$upper[[1]], lr = f$lr[1]) }
  rows <- !is.na(d$x); S <- rcs(d$x[rows]); out$spline <- figures(S, rows, list(1:3, 2:3))
  rows <- !is.na(d$f); out$alone <- figures(dummies(d[rows, ]), rows, list(seq_len(ncol(X) - 1)))
  rows <- !is.na(d$x); out$number <- figures(cbind(d$x[rows]), rows, list(1))
  con <- textConnection("csv", "w", local = TRUE); write.csv(d[c("entry", "time", "status", "x", "f", "s", "w")], con, row.names = FALSE, quote = FALSE, na = ""); close(con)
  c(list(data = paste(csv, collapse = "\n"), ties = ties), has, out)
}
all <- list(); i <- 0
tries <- 0
while (length(all) < 24 && (tries <- tries + 1) < 60) { r <- tryCatch(whole(i), error = function(e) { message(i, ": ", conditionMessage(e), deparse(conditionCall(e))[1]); NULL }); if (!is.null(r)) { all <- c(all, list(r)); i <- i + 1; message("cohort ", i) } }
writeLines(toJSON(all, auto_unbox = TRUE, digits = NA), "cox_cohorts.json")
