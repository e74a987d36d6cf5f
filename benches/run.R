# Times R's survival on the cohorts, from a data frame, and prints lines of JSON.
# Rscript run.R FOLDER SIZE...
suppressPackageStartupMessages({
    library(survival)
    library(data.table)
})
setDTthreads(1)
arguments <- commandArgs(TRUE)
folder <- arguments[1]
names <- c("time", "status", "grp", "entry", "weight", "cluster", paste0("x", 1:10))
# A task is left out at a size at which, by its time at the size before, it would take longer than this.
patience <- 90
last <- list()

say <- function(side, task, n, value, seconds) {
    cat(sprintf('{"side":"%s","task":"%s","n":%d,"value":%.17g,"seconds":[%s]}\n', side, task, n, value,
                paste(sprintf("%.9g", seconds), collapse = ",")))
}

# Up to five times, but not on after four seconds; two times at least where one is quicker than ten seconds.
timed <- function(side, task, n, call, value, growth = 12) {
    key <- paste(side, task)
    before <- last[[key]]
    if (!is.null(before) && before * growth > patience) {
        last[[key]] <<- Inf
        return(invisible(NULL))
    }
    seconds <- c()
    repeat {
        gc(FALSE)
        started <- proc.time()[["elapsed"]]
        # Small tasks are repeated within one measurement: the clock counts milliseconds.
        times <- 0
        repeat {
            result <- call()
            times <- times + 1
            took <- proc.time()[["elapsed"]] - started
            if (took > 0.05) break
        }
        seconds <- c(seconds, took / times)
        if (length(seconds) >= 5 || sum(seconds) > 4 && (length(seconds) >= 2 || seconds[1] > 10)) break
    }
    last[[key]] <<- median(seconds)
    say(side, task, n, value(result), seconds)
    invisible(result)
}

for (n in as.numeric(arguments[-1])) {
    file <- file.path(folder, sprintf("cohort-%.0f", n))
    columns <- matrix(readBin(paste0(file, ".bin"), "double", n * 16), n)
    data <- as.data.frame(columns)
    names(data) <- names
    data$grp <- factor(data$grp)
    model <- reformulate(paste0("x", 1:10), quote(Surv(time, status)))
    late <- reformulate(paste0("x", 1:10), quote(Surv(entry, time, status)))

    lower <- function(fit) sum(fit$lower, na.rm = TRUE)
    timed("R", "km", n, function() survfit(Surv(time, status) ~ grp, data), lower)
    timed("R", "follow_up", n, function() survfit(Surv(time, 1 - status) ~ grp, data), lower)
    timed("R", "log_rank", n, function() survdiff(Surv(time, status) ~ grp, data), function(fit) fit$chisq)
    fit <- timed("R", "cox_efron", n, function() coxph(model, data), function(fit) fit$loglik[2])
    timed("R", "cox_breslow", n, function() coxph(model, data, ties = "breslow"), function(fit) fit$loglik[2])
    timed("R", "cox_entry", n, function() coxph(late, data), function(fit) fit$loglik[2])
    timed("R", "zph", n, function() cox.zph(fit), function(test) test$table["GLOBAL", "chisq"])
    timed("R", "baseline", n, function() basehaz(fit), function(curve) curve$hazard[nrow(curve)])
    timed("R", "concordance", n, function() concordance(fit), function(c) c$concordance)
    # Time grows with the square of the rows.
    if (n <= 10000) {
        error <- function(fit) sqrt(fit$var[1, 1])
        timed("R", "robust", n, function() coxph(model, data, robust = TRUE), error, growth = 100)
        timed("R", "cluster", n, function() coxph(model, data, cluster = cluster), error, growth = 100)
        timed("R", "km_robust", n,
              function() survfit(Surv(time, status) ~ 1, data, weights = weight, cluster = cluster), lower, growth = 100)
    }
    # The bare estimators, without formula and data frame.
    y <- Surv(data$time, data$status)
    x <- columns[, 7:16]
    colnames(x) <- names[7:16]
    control <- coxph.control()
    timed("R bare", "km", n, function() survival:::survfitKM(data$grp, y), lower)
    timed("R bare", "cox_efron", n,
          function() coxph.fit(x, y, NULL, NULL, NULL, control, NULL, "efron", as.character(1:n)),
          function(fit) fit$loglik[2])
    timed("R bare", "cox_breslow", n,
          function() coxph.fit(x, y, NULL, NULL, NULL, control, NULL, "breslow", as.character(1:n)),
          function(fit) fit$loglik[2])
    y3 <- Surv(data$entry, data$time, data$status)
    timed("R bare", "cox_entry", n,
          function() agreg.fit(x, y3, NULL, NULL, NULL, control, NULL, "efron", as.character(1:n)),
          function(fit) fit$loglik[2])
    timed("R", "open_csv", n, function() fread(paste0(file, ".csv")), nrow)
    rm(columns, data, x, y, y3, fit)
}
cat(sprintf('{"versions":{"R":"%s.%s","survival":"%s","data.table":"%s"}}\n', R.version$major, R.version$minor,
            packageVersion("survival"), packageVersion("data.table")))
