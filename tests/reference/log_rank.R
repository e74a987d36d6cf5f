# Rscript log_rank.R : the constants of the tests in src/survival/log_rank.rs.
suppressPackageStartupMessages(library(survival))
p <- function(name, x) cat(name, paste(sprintf("%.17g", x), collapse = ", "), "\n")
# Every weight straight from the definition, event time by event time within each stratum.
by_hand <- function(time, event, group, weight, strata = rep(1, length(time)), entry = rep(-1, length(time))) {
  g <- sort(unique(group)); O <- E <- numeric(length(g)); V <- matrix(0, length(g), length(g))
  for (s in unique(strata)) {
    S <- St <- 1
    for (t in sort(unique(time[event == 1 & strata == s]))) {
      risk <- strata == s & entry < t & time >= t; dead <- risk & event == 1 & time == t
      n <- sum(risk); d <- sum(dead); nj <- sapply(g, function(j) sum(risk & group == j)); St <- St * (1 - d / (n + 1))
      w <- weight(n, S, St)
      O <- O + w * sapply(g, function(j) sum(dead & group == j)); E <- E + w * d * nj / n
      if (n > 1) V <- V + w^2 * d * (n - d) / (n - 1) * (diag(nj / n, length(g)) - outer(nj, nj) / n^2)
      S <- S * (1 - d / n)
    }
  }
  u <- (O - E)[-1]; s <- seq_along(g)
  list(chisq = as.numeric(u %*% solve(V[-1, -1], u)), O = O, E = E, V = V,
       trend = sum(s * (O - E))^2 / as.numeric(s %*% V %*% s))
}
v <- veteran; ct <- as.integer(factor(v$celltype))
cat("## lung by sex\n")
W <- list(log_rank = function(n, S, St) 1, peto_peto = function(n, S, St) S, peto_peto_tilde = function(n, S, St) St,
  gehan_breslow = function(n, S, St) n, tarone_ware = function(n, S, St) sqrt(n),
  fh_0_1 = function(n, S, St) 1 - S, fh_half_2 = function(n, S, St) S^.5 * (1 - S)^2)
for (k in names(W)) p(k, by_hand(lung$time, lung$status - 1, lung$sex, W[[k]])$chisq)
s <- survdiff(Surv(time, status) ~ sex, lung, rho = 1); p("survdiff rho 1", c(s$chisq, s$obs, s$exp))
cat("## lung by ECOG, stratified by sex\n")
l <- lung[!is.na(lung$ph.ecog), ]
s <- survdiff(Surv(time, status) ~ ph.ecog + strata(sex), l); p("survdiff", c(s$chisq, rowSums(s$obs), rowSums(s$exp)))
s <- survdiff(Surv(time, status) ~ ph.ecog + strata(sex), l, rho = 1); p("survdiff rho 1", c(s$chisq, rowSums(s$exp)))
b <- by_hand(l$time, l$status - 1, l$ph.ecog, W$log_rank, l$sex); p("trend", b$trend)
pairs <- list(c(1, 0), c(2, 0), c(2, 1))
q <- sapply(pairs, function(k) { r <- l[l$ph.ecog %in% k, ]
  s <- survdiff(Surv(time, status) ~ ph.ecog + strata(sex), r)$chisq; c(s, pchisq(s, 1, lower.tail = FALSE)) })
p("pairs statistic", q[1, ]); p("pairs p", q[2, ]); p("holm", p.adjust(q[2, ], "holm")); p("BH", p.adjust(q[2, ], "BH"))
cat("## late entry: the score test of Cox with exact ties\n")
d <- data.frame(entry = c(0, 2, 1, 0, 4, 3, 0, 5, 1, 6, 0, 2), time = c(7, 5, 3, 9, 8, 5, 3, 12, 7, 12, 10, 3),
                event = c(1, 1, 0, 1, 0, 1, 1, 0, 0, 1, 1, 1), g = c(1, 2, 1, 3, 2, 3, 2, 1, 3, 1, 2, 3))
p("score", coxph(Surv(entry, time, event) ~ factor(g), d, ties = "exact")$score)
b <- by_hand(d$time, d$event, d$g, W$log_rank, entry = d$entry); p("by hand", c(b$chisq, b$O, b$E))
