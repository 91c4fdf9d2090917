package model

import "stackgen.dev/runtime/model/sqltext"

// LTrim is the text without space at its beginning.
func LTrim[M any](e Expression[M, string]) TextExpr[M] {
	return textCall[*M]("LTRIM", e.expression().term)
}

// RTrim is the text without space at its end.
func RTrim[M any](e Expression[M, string]) TextExpr[M] {
	return textCall[*M]("RTRIM", e.expression().term)
}

// Left is the first length characters of the text; none where length is 0 or less.
func Left[M any](e Expression[M, string], length int) TextExpr[M] {
	return textCall[*M]("SUBSTR", e.expression().term, number(1), number(max(length, 0)))
}

// Right is the last length characters of the text; none where length is 0 or less.
func Right[M any](e Expression[M, string], length int) TextExpr[M] {
	return textCall[*M]("RIGHT", e.expression().term, number(max(length, 0)))
}

// LPad is the text with fill before it, so often that it has length characters;
// what is longer is cut off.
func LPad[M any](e Expression[M, string], length int, fill string) TextExpr[M] {
	return textCall[*M]("LPAD", e.expression().term, number(max(length, 0)), sqltext.Bind(TextValue(fill)))
}

// RPad is LPad with fill behind the text.
func RPad[M any](e Expression[M, string], length int, fill string) TextExpr[M] {
	return textCall[*M]("RPAD", e.expression().term, number(max(length, 0)), sqltext.Bind(TextValue(fill)))
}

// Repeat is the text times times; none where times is 0 or less.
func Repeat[M any](e Expression[M, string], times int) TextExpr[M] {
	return textCall[*M]("REPEAT", e.expression().term, number(max(times, 0)))
}

// Reverse is the text with its characters from the last to the first.
func Reverse[M any](e Expression[M, string]) TextExpr[M] {
	return textCall[*M]("REVERSE", e.expression().term)
}

// StrIndex is the place of a piece in the text, counted from 1; 0 where it is not there.
func StrIndex[M any](e Expression[M, string], piece string) Expr[M, int64] {
	return newExpr[*M](sqltext.Call{Func: "INSTR", Args: []sqltext.Term{e.expression().term, sqltext.Bind(TextValue(piece))}}, IntValue, 0)
}

// Contains holds where one text of a row is part of another one
// (a__contains=F("b")); like the look-up of a field it ignores the case of the
// ASCII letters.
func Contains[M any](text, part Expression[M, string]) Cond[M] {
	return likeOther("%", text, part, "%")
}

// StartsWith holds where the text begins with the other one (startswith=F()).
func StartsWith[M any](text, part Expression[M, string]) Cond[M] {
	return likeOther("", text, part, "%")
}

// EndsWith holds where the text ends with the other one (endswith=F()).
func EndsWith[M any](text, part Expression[M, string]) Cond[M] { return likeOther("%", text, part, "") }

// IEq holds where two texts are equal without regard to case (iexact=F()).
func IEq[M any](text, other Expression[M, string]) Cond[M] { return likeOther("", text, other, "") }

func likeOther[R any](before string, text, part ExpressionOf[R, string], after string) CondOf[R] {
	pattern := sqltext.Pattern{Before: before, Of: part.expression().term, After: after}
	return CondOf[R]{compareTerms(text.expression().term, sqltext.Like, pattern)}
}
