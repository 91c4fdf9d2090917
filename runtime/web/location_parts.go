package web

import (
	"strings"

	"stackgen.dev/runtime/web/route"
)

// WithQuery is a URL with parameters in its query string: reverse(query=…) around a
// function of gen/urls. They follow those that the URL has, and come before its fragment; no parameter changes nothing.
//
//	web.WithQuery(urls.PostList(), web.Pairs("page", "2"))  // /posts/?page=2
//	web.WithQuery(urls.PostList(), r.Query().Set("page", "3"))
func WithQuery(url string, query Values) string {
	if query.Len() == 0 {
		return url
	}
	url, fragment, hash := strings.Cut(url, "#")
	sep := "?"
	if strings.Contains(url, "?") {
		if sep = "&"; strings.HasSuffix(url, "?") || strings.HasSuffix(url, "&") {
			sep = ""
		}
	}
	url += sep + query.Encode()
	if hash {
		url += "#" + fragment
	}
	return url
}

// WithFragment is a URL with a fragment, quoted, in place of the one that it may have: reverse(fragment=…). An empty
// one leaves the hash alone, which leads to the top of a page.
//
//	web.WithFragment(urls.PostDetail(slug), "comments")  // /posts/my-post/#comments
func WithFragment(url, fragment string) string {
	url, _, _ = strings.Cut(url, "#")
	return url + "#" + route.Rest(fragment)
}

// Pairs are values of names and values in turn. It panics where the last name has no value.
func Pairs(namesAndValues ...string) Values {
	if len(namesAndValues)%2 != 0 {
		panic("web: Pairs of an odd number of names and values")
	}
	var v Values
	for i := 0; i < len(namesAndValues); i += 2 {
		v.pairs = append(v.pairs, pair{namesAndValues[i], namesAndValues[i+1]})
	}
	return v
}
