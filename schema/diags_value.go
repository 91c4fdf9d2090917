package schema

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

func notWhole(text string) *problem {
	return &problem{"Number that is not whole", fmt.Sprintf("%s is not a whole number of 32 bits. Write one, such as 4.", text)}
}

func notDuration(text string) *problem {
	return &problem{"Invalid duration", fmt.Sprintf("%q is not a duration. Write numbers with their units, such as \"30s\", \"1h30m\" or \"365d\"; the units are ms, s, m, h, d and w.", text)}
}

func notSize(text string) *problem {
	detail := fmt.Sprintf("%q is not a size. Write a number and its unit, such as \"10MB\"; the units are B, KB, MB, GB and TB.", text)
	return &problem{"Invalid size", detail}
}

func notPositive(want string) *problem {
	return &problem{"Value too small", fmt.Sprintf("The value has to be %s. Raise it, or take the line away for the default.", want)}
}

func emptyText() *problem {
	return &problem{"Empty text", "The text is empty. Write what is meant, or take the line away."}
}

func badModule(module string) *problem {
	return &problem{"Invalid module path", fmt.Sprintf("%q is not the path of a Go module. Write one such as \"example.com/blog\".", module)}
}

func standardModule(module, first string) *problem {
	return &problem{"Module of the standard library", fmt.Sprintf("The module path %q begins like the package %s of Go's standard library. Write module = \"example.com/%s\" in the site block.", module, first, module)}
}

func badDomain(text string) *problem {
	p := &problem{"Invalid domain", fmt.Sprintf("%q is not a host name in small letters.", text)}
	switch {
	case strings.Contains(text, "://"):
		rest := text[strings.Index(text, "://")+3:]
		host, _, _ := strings.Cut(rest, "/")
		host, _, _ = strings.Cut(host, ":")
		p.detail += fmt.Sprintf(" Write the name alone: %q.", host)
	case strings.Contains(text, ":"):
		host, _, _ := strings.Cut(text, ":")
		p.detail += fmt.Sprintf(" Leave out the port: %q.", host)
	case strings.ToLower(text) != text:
		p.detail += fmt.Sprintf(" Write %q.", strings.ToLower(text))
	case strings.HasPrefix(text, "."):
		p.detail += fmt.Sprintf(" Every name below one is written \"*%s\".", text)
	default:
		p.detail += " Write one such as \"blog.example.com\", \"*.example.com\" or \"*\"."
	}
	return p
}

func badTimeZone(name string) *problem {
	return &problem{"Unknown time zone", fmt.Sprintf("%q is not the IANA name of a time zone. Write one such as \"UTC\" or \"Europe/Berlin\".", name)}
}

func badLanguage(text string) *problem {
	return &problem{"Invalid language", fmt.Sprintf("%q is not a language. Write one such as \"en\" or \"pt-br\".", text)}
}

func badEnvironmentName(text string) *problem {
	return &problem{"Invalid name of an environment variable", fmt.Sprintf("%q has other characters than letters, digits and _. Write one such as \"DATABASE_URL\".", text)}
}

func badDatabase(text string) *problem {
	scheme, _, _ := strings.Cut(text, ":")
	return &problem{"Unknown database engine", fmt.Sprintf("The engine %q is not built in. Write \"sqlite:\" and the path of a file, such as \"sqlite:data/site.db\", or \"postgres://\" and a server and database.", scheme)}
}

// badDatabaseServer does not repeat the URL, which may hold a password.
func badDatabaseServer() *problem {
	return &problem{"Database without a name", "The URL does not name a database. Write user, server and database, such as \"postgres://blog@localhost/blog\" or \"postgres:///blog?host=/run/postgresql\"."}
}

func badDatabasePath(text string) *problem {
	return &problem{"Database without a path", fmt.Sprintf("%q does not name a file. Write the path right behind the colon, such as \"sqlite:data/site.db\".", text)}
}

func badServerURL(text string) *problem {
	return &problem{"Invalid server address", fmt.Sprintf("%q is not the address of a server. Write \"http://HOST:PORT\" or \"https://HOST:PORT\" without a path, or \"unix:/path\".", text)}
}

func badAddress(text string) *problem {
	p := &problem{"Invalid address", fmt.Sprintf("%q is not an address to listen on.", text)}
	if goodPort(text) {
		p.detail += fmt.Sprintf(" Write %q for all addresses of the machine, or %q.", ":"+text, "127.0.0.1:"+text)
	} else if !strings.Contains(text, ":") {
		p.detail += fmt.Sprintf(" Say the port, as in %q.", text+":8000")
	} else {
		p.detail += " Write \"HOST:PORT\", \":PORT\" or \"unix:/path\"."
	}
	return p
}

func badNetwork(text string) *problem {
	return &problem{"Invalid network", fmt.Sprintf("%q is neither an IP address nor a network. Write one such as \"10.0.0.0/8\".", text)}
}

func badLocalPath(text string) *problem {
	return &problem{"Path outside of its folder", fmt.Sprintf("%q leads out of the folder that it is looked up in. Write a relative path without \"..\".", text)}
}

func uncleanPath(text, clean string) *problem {
	return &problem{"Path in two spellings", fmt.Sprintf("%q is a roundabout way to write %q. Write %q.", text, clean, clean)}
}

func badFileName(text string) *problem {
	return &problem{"Invalid file name", fmt.Sprintf("%q is not the name of a file in a folder. Write one such as \"index.html\".", text)}
}

func badRedirectStatus(n int) *problem {
	return &problem{"Status of no redirect", fmt.Sprintf("A redirect has the status 301, 302, 303, 307 or 308, not %d. Write 301 where browsers may remember it, else 302.", n)}
}

func badHeaderName(text string) *problem {
	return &problem{"Invalid header field", fmt.Sprintf("%q is not the name of a header field. Write one such as \"X-Frame-Options\".", text)}
}

func badHeaderValue() *problem {
	return &problem{"Invalid header value", "A header field holds one line without control characters. Take the line break away."}
}

func badContentType(text string) *problem {
	return &problem{"Invalid media type", fmt.Sprintf("%q is not a media type. Write one such as \"text/plain; charset=utf-8\".", text)}
}

func badTableName(text string) *problem {
	return &problem{"Invalid table name", fmt.Sprintf("%q is not made of letters, digits and _, or begins with sqlite_. Write one such as \"blog_post\".", text)}
}

func badRouteName(text string) *problem {
	p := &problem{"Name in the wrong form", fmt.Sprintf("The name %q is not made of small letters and digits, with one _ between words.", text)}
	if s := snake(text); namePattern.MatchString(s) {
		p.detail += fmt.Sprintf(" Write %q.", s)
	} else {
		p.detail += " Write it as in \"post_detail\"."
	}
	return p
}

func domainTwice(x String, first hcl.Range) Diagnostic {
	return warningAt(x.Range, "Domain written twice", "The site answers to %q already. Take one of the two away.", x.V).and(first, "it is here first")
}
