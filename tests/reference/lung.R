# Rscript lung.R : writes lung.csv, the columns of survival::lung (Loprinzi 1994, J Clin Oncol 12:601) that the tests use.
suppressPackageStartupMessages(library(survival))
d <- data.frame(time = lung$time, status = lung$status, sex = lung$sex, ph_ecog = lung$ph.ecog,
                row_weight = 1 + (seq_len(nrow(lung)) %% 4) / 2)
write.csv(d, "lung.csv", row.names = FALSE, quote = FALSE, na = "")
