# Rscript permutation.R : the constants of the tests in src/survival/permutation.rs. Every allocation, the log-rank anew for each.
d <- data.frame(entry = c(0, 2, 1, 0, 4, 3, 0, 5, 1, 6, 0, 2), time = c(7, 5, 3, 9, 8, 5, 3, 12, 7, 12, 10, 3),
  event = c(1, 1, 0, 1, 0, 1, 1, 0, 0, 1, 1, 1), two = c(0, 1, 1, 0, 1, 1, 1, 0, 0, 0, 0, 1),
  three = c(0, 1, 0, 2, 1, 2, 1, 0, 2, 0, 1, 2), s = c(5, 5, 9, 5, 9, 9, 5, 9, 5, 9, 5, 9))
# Observed less expected by group from the definition, event time by event time.
u <- function(g, k, s, e, weight) { out <- numeric(k)
  for (q in unique(s)) { S <- 1
    for (t in sort(unique(d$time[d$event == 1 & s == q]))) {
      risk <- s == q & e < t & d$time >= t; dead <- risk & d$event == 1 & d$time == t; n <- sum(risk); w <- weight(n, S)
      for (j in 1:k) out[j] <- out[j] + w * (sum(dead & g == j - 1) - sum(dead) * sum(risk & g == j - 1) / n)
      S <- S * (1 - sum(dead) / n) } }
  out }
# All distinct orders of labels.
orders <- function(g) { if (length(g) == 1) return(matrix(g)); do.call(rbind, lapply(unique(g), function(x) {
  rest <- orders(g[-match(x, g)]); cbind(x, rest) })) }
perm <- function(col, stratified, weight, late) {
  g <- d[[col]]; k <- max(g) + 1; s <- if (stratified) d$s else rep(1, 12); e <- if (late) d$entry else rep(-1, 12)
  sets <- lapply(unique(s), function(q) orders(g[s == q])); grid <- expand.grid(lapply(sets, function(m) seq_len(nrow(m))))
  U <- t(apply(grid, 1, function(i) { h <- g
    for (b in seq_along(sets)) h[s == unique(s)[b]] <- sets[[b]][i[b], ]; u(h, k, s, e, weight) }))
  # Over all allocations the mean is 0 and the covariance that of the permutation distribution.
  V <- crossprod(U) / nrow(U); stat <- rowSums((U[, -1, drop = FALSE] %*% solve(V[-1, -1])) * U[, -1, drop = FALSE])
  obs <- u(g, k, s, e, weight)[-1]; obs <- as.numeric(obs %*% solve(V[-1, -1], obs))
  cat(col, stratified, late, sprintf("%.17g", c(mean(stat >= obs - 1e-9), obs)), nrow(U), "\n")
}
one <- function(n, S) 1; gehan <- function(n, S) n; peto <- function(n, S) S
perm("two", FALSE, one, FALSE); perm("two", TRUE, one, FALSE); perm("two", FALSE, gehan, TRUE)
perm("three", FALSE, one, FALSE); perm("three", TRUE, peto, FALSE); perm("three", TRUE, one, TRUE)
