import type { PictureStream } from '@lectern/db/materials/media-info';

/** The filters that make whole frames of a size, in the colours of usual screens. */
export function drawUpright(
  { isInterlaced, hdr, isFullRange, pixelFormat = '' }: PictureStream,
  { width, height }: { readonly width: number; readonly height: number },
): string[] {
  const isRgb = /^(rgb|bgr|gbr|argb|abgr|rgba|bgra|0rgb|pal8)/.test(pixelFormat);
  // Not said where nothing changes: frames of the right size then pass as they are.
  const range = isRgb || isFullRange ? ':out_range=tv' : '';
  const colours = isRgb ? ':out_color_matrix=bt709' : '';
  return [
    ...(isInterlaced ? ['bwdif=mode=send_frame:deint=interlaced'] : []),
    `scale=${width}:${height}:flags=bicubic${range}${colours}`,
    ...(hdr === null ? [] : dim(hdr)),
  ];
}

/** What is brighter than screens show keeps its shades. */
function dim(hdr: 'pq' | 'hlg'): string[] {
  const transfer = hdr === 'pq' ? 'smpte2084' : 'arib-std-b67';
  return [
    `zscale=tin=${transfer}:min=bt2020nc:pin=bt2020:t=linear:npl=100`,
    'format=gbrpf32le',
    'zscale=p=bt709',
    'tonemap=tonemap=hable:desat=0',
    'zscale=t=bt709:m=bt709:r=tv',
  ];
}

/** The largest size in a square of so many pixels that keeps a picture's shape, and never makes it larger. */
export function fitWithin(
  { width, height }: Pick<PictureStream, 'width' | 'height'>,
  sidePx: number,
): { width: number; height: number } {
  const scale = Math.min(1, sidePx / Math.max(width, height));
  const even = (side: number) => Math.max(2, Math.round((side * scale) / 2) * 2);
  return { width: even(width), height: even(height) };
}
