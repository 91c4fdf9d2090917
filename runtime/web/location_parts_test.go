package web_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"stackgen.dev/runtime/web"
)

// Ensure that queries and fragments are written as Django 6.1 writes them: the cases of
// the table that have one, around the path that is reversed without.
func TestReverseWithQueryAndFragment(t *testing.T) {
	raw, err := os.ReadFile("route/testdata/urls.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []struct {
			ID, Name, URL string
			Query         map[string]any
			Fragment      *string
		}
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, c := range file.Cases {
		if c.Query == nil && c.Fragment == nil || c.Name != "home" {
			continue
		}
		seen++
		url := "/"
		for name, value := range c.Query { // each has one name at most
			if value == nil {
				value = "None"
			}
			url = web.WithQuery(url, web.Pairs(name, fmt.Sprint(value)))
		}
		if c.Fragment != nil {
			url = web.WithFragment(url, *c.Fragment)
		}
		if url != c.URL {
			t.Errorf("%s: %s, want %s", c.ID, url, c.URL)
		}
	}
	if seen < 6 {
		t.Errorf("%d cases", seen)
	}
}

func TestWithQuery(t *testing.T) {
	for _, tt := range []struct{ name, got, want string }{
		{"values of a name", web.WithQuery("/p/", web.Pairs("a", "1", "a", "2")), "/p/?a=1&a=2"},
		{"quoted as a form is", web.WithQuery("/p/", web.Pairs("q", "a b&c=d/é~*")), "/p/?q=a+b%26c%3Dd%2F%C3%A9~%2A"},
		{"none", web.WithQuery("/p/", web.Values{}), "/p/"},
		{"behind those that there are", web.WithQuery("/p/?a=1", web.Pairs("b", "2")), "/p/?a=1&b=2"},
		{"behind a question mark", web.WithQuery("/p/?", web.Pairs("b", "2")), "/p/?b=2"},
		{"before a fragment", web.WithQuery("/p/#f?x", web.Pairs("b", "2")), "/p/?b=2#f?x"},
		{"of another host", web.WithQuery("//api.example.com/p/", web.Pairs("b", "2")), "//api.example.com/p/?b=2"},
		{"an empty value", web.WithQuery("/", web.Pairs("b", "")), "/?b="},
		{"a fragment", web.WithFragment("/p/?a=1", "top"), "/p/?a=1#top"},
		{"another fragment", web.WithFragment("/p/#a", "b"), "/p/#b"},
		{"an empty fragment", web.WithFragment("/p/", ""), "/p/#"},
		{"a fragment that is quoted", web.WithFragment("/p/", "é #1/2"), "/p/#%C3%A9%20%231/2"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, tt.got, tt.want)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a name without a value is taken")
		}
	}()
	odd := strings.Fields("a b c")
	web.Pairs(odd...)
}

// A query and a fragment go around what a function of gen/urls returns.
func ExampleWithQuery() {
	postList, postDetail := "/posts/", "/posts/hello/" // urls.PostList(), urls.PostDetail("hello")
	fmt.Println(web.WithQuery(postList, web.Pairs("q", "rain & sun", "page", "2")))
	fmt.Println(web.WithFragment(postDetail, "comments"))
	// Output:
	// /posts/?q=rain+%26+sun&page=2
	// /posts/hello/#comments
}
