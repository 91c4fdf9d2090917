package schema

// Suggest returns the candidate that was probably meant by name, or "". The
// answer does not depend on the candidates' order: the smallest distance wins,
// then the first in the alphabet. One edit is forgiven for every three letters,
// and a swap of neighbours counts as one.
func Suggest(name string, candidates []string) string {
	best, bestDistance := "", len(name)/3+1
	if bestDistance > 4 {
		bestDistance = 4
	}
	if len(name) < 3 {
		bestDistance = 1
	}
	for _, c := range candidates {
		if c == name || c == "" {
			continue
		}
		distance := editDistance(name, c)
		if distance >= len(c) {
			continue
		}
		if distance < bestDistance || distance == bestDistance && (best == "" || c < best) {
			best, bestDistance = c, distance
		}
	}
	return best
}

// editDistance is the Damerau-Levenshtein distance in its optimal string
// alignment form: insert, delete, replace, or swap two neighbours.
func editDistance(a, b string) int {
	s, t := []rune(a), []rune(b)
	before := make([]int, len(t)+1)
	last := make([]int, len(t)+1)
	row := make([]int, len(t)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(s); i++ {
		row[0] = i
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(t)]
}
