// How well a page fits what somebody looks for: as Sphinx has it, but pages to read come before
// pages to look things up in, which hold nearly every word.
var Scorer = {
  score: ([docname, , , , score, , kind]) => {
    const toLookUp =
      /^(naslag|reference|beheer|administration)\/|^(meldingen|messages|opbouw|architecture)$/;
    return kind === "text" && toLookUp.test(docname) ? score - 3 : score;
  },
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
