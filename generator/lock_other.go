//go:build !unix

package generator

// lockDir holds nothing where folders cannot be locked.
func lockDir(string) (unlock func(), err error) { return func() {}, nil }
