// Package limit holds what a location may limit: the rate of requests (nginx
// limit_req), the number of requests at a time (limit_conn) and the speed of an
// answer (limit_rate).
//
// Rates are counted with the generic cell rate algorithm: of each key only one
// moment is remembered, in a table of fixed size. Where the site has a data
// folder the table is a file that every process of the site maps, so that it holds
// for all of them together and outlives reload, upgrade and restart. Nothing in
// it has to be swept: an entry whose moment has passed is as good as none, and its
// place is taken by the next key.
package limit
