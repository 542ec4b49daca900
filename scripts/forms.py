"""The JSON forms of what marsad answers; the command line, reports and pages share them."""

from __future__ import annotations

from typing import Any

from ..index import (
    Copy,
    CopyKind,
    DocumentInfo,
    DuplicateGroup,
    Evidence,
    Hit,
    StoredPassage,
    Story,
    Theme,
)

Form = dict[str, Any]


def document_form(document: DocumentInfo) -> Form:
    """``{"id","title","source","path","url","published"}``; null where it is not known."""
    return {
        "id": document.id,
        "title": document.title,
        "source": document.source,
        "path": document.path,
        "url": document.url,
        "published": document.published,
    }


def passage_form(passage: StoredPassage) -> Form:
    """A passage with its place: document, position, character offsets."""
    return {
        "id": passage.id,
        "text": passage.text,
        "language": passage.language,
        "kind": passage.kind,
        "position": passage.position,
        "start": passage.start,
        "end": passage.end,
        "document": document_form(passage.document),
    }


def hit_form(hit: Hit) -> Form:
    """``{"id","score","text","language","position",…,"document","copies","why"}``."""
    form = passage_form(hit.passage)
    return {
        "id": form.pop("id"),
        "score": hit.score,
        **form,
        "copies": {
            "count": hit.copies.count,
            "languages": hit.copies.languages,
            "sources": hit.copies.sources,
            "passages": [passage_form(copy) for copy in hit.copies.passages],
        },
        "why": {
            "dense": hit.why.dense,
            "keyword": hit.why.keyword,
            "terms": [vars(term) for term in hit.why.terms],
        },
    }


def group_form(group: DuplicateGroup) -> Form:
    """``{"kind","boilerplate","kept","copies":[{…passage,"score","evidence"}]}``."""
    return {
        "kind": group.kind,
        "boilerplate": group.boilerplate,
        "kept": passage_form(group.kept),
        "copies": [copy_form(group, copy) for copy in group.copies],
    }


def copy_form(group: DuplicateGroup, copy: Copy) -> Form:
    """A copy with its score and the evidence that belongs to its kind."""
    return {
        **passage_form(copy.passage),
        "score": copy.score,
        "evidence": evidence_form(group.kind, copy.evidence),
    }


def evidence_form(kind: CopyKind, evidence: Evidence) -> Form:
    """What belongs to the kind: what differs, the changes, the span in the kept passage."""
    if kind == "exact":
        return {"differs": list(evidence.differs)}
    if kind == "translated":
        figures = {"similarity": evidence.similarity, "margin": evidence.margin}
        return {**figures, "anchors": list(evidence.anchors)}
    form: Form = {"changes": [vars(change) for change in evidence.changes]}
    if kind == "contained":
        form["span"] = evidence.span and list(evidence.span)
    return form


def story_form(story: Story) -> Form:
    """``{"id","headline","first","last","languages","sources","documents"}``."""
    return {
        "id": story.id,
        "headline": passage_form(story.headline),
        "first": story.first,
        "last": story.last,
        "languages": story.languages,
        "sources": story.sources,
        "documents": [document_form(document) for document in story.documents],
    }


def theme_form(theme: Theme) -> Form:
    """``{"id","name","keywords","origin","documents","passages","languages",…}``."""
    return {
        "id": theme.id,
        "name": theme.name,
        "names": theme.names,
        "keywords": list(theme.keywords),
        "origin": theme.origin,
        "documents": [document_form(document) for document in theme.documents],
        "passages": theme.passages,
        "languages": theme.languages,
        "language_mixing": theme.language_mixing,
        "cohesion": theme.cohesion,
        "separation": theme.separation,
        "stability": theme.stability,
        "subthemes": [
            {
                "name": sub.name,
                "keywords": list(sub.keywords),
                "documents": [document.id for document in sub.documents],
            }
            for sub in theme.subthemes
        ],
        "representative": [passage_form(passage) for passage in theme.representative],
    }
