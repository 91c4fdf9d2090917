package hashers

// Preferring verifies everything that Django stores, and makes new hashes as the
// hasher of that algorithm does. It panics where there is none: generated code
// names those that there are.
func Preferring(algorithm string) *Set {
	all := Default().hashers
	for i, h := range all {
		if h.Algorithm() == algorithm {
			list := append([]Hasher{h}, all[:i]...)
			return New(append(list, all[i+1:]...)...)
		}
	}
	panic("hashers: no algorithm is called " + algorithm)
}
