# R spdep on the points of a CSV (id, x, y, cases): 8 nearest neighbours, row-standardised, 999 conditional permutations.
suppressMessages(library(spdep))
d <- read.csv(commandArgs(trailingOnly = TRUE)[1])
w <- nb2listw(knn2nb(knearneigh(cbind(d$x, d$y), k = 8)), style = "W")
r <- localmoran_perm(d$cases, w, nsim = 999)
cat(sum(r[, "Pr(z != E(Ii)) Sim"] <= 0.05), "\n")
