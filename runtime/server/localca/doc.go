// Package localca is a certificate authority on this machine, for development: browsers
// that were told to believe it see a site under https as they will see it in production.
//
// The authority's certificate and key lie in the site's data folder. Whoever can read the key can
// pose as any site to those who believe the certificate, so it is for the
// owner of the folder alone, and each folder has its own. Certificates for the
// hosts of the site are made when they are asked for, and kept in memory only.
package localca
